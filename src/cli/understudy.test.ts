// The command as it is built and started, as a process of its own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

const understudy = (...words: string[]) =>
  spawnSync(process.execPath, ['scripts/understudy.mjs', ...words], { encoding: 'utf8' });

test('a run: the document on stdout and nothing else, the status, and the same again', () => {
  const run = () => understudy('run', 'counter', '--until', '20ms', '--command', 'crash A @ 8ms', '--json');
  const { status, stdout, stderr } = run();
  expect([status, stderr]).toEqual([3, '']);
  expect(JSON.parse(stdout)).toMatchObject({ scenario: 'counter', time: 20_000_000 });
  expect(run().stdout).toBe(stdout);
});

test('bad input: one line on stderr and 2', () => {
  const { status, stdout, stderr } = understudy('run', 'gone.json');
  expect([status, stdout, stderr]).toEqual([2, '', "gone.json can't be read: there is no such file.\n"]);
});

test.skipIf(process.platform === 'win32')('a reader that has had enough is no error', () => {
  const command = `"${process.execPath}" scripts/understudy.mjs run counter --json | head -n 1`;
  const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  expect([stdout, stderr]).toEqual(['{\n', '']);
});

test.skipIf(process.platform === 'win32')('a guest that types for ever ends with its reader', () => {
  const source = path.join(mkdtempSync(path.join(tmpdir(), 'understudy-')), 'flood.s');
  writeFileSync(source, "li t0, 0x10000000\nli t1, 'x'\n1: sb t1, 0(t0)\nj 1b\n");
  const command = `"${process.execPath}" scripts/understudy.mjs machine "${source}" | head -c 20`;
  const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  rmSync(path.dirname(source), { recursive: true });
  expect([stdout, stderr]).toEqual(['x'.repeat(20), '']);
});
