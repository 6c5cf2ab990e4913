// What the guest's editor is told: the texts, what is wrong with them and where, and what a file is.
import { describe, expect, test } from 'vitest';
import { FORMS } from '../assembler/forms.ts';
import { GUESTS } from '../scenario/guests/index.ts';
import { COMPLETION_ITEMS } from './completion-items.ts';
import { inspectFile } from './editing.ts';
import type { Answer, Request } from './protocol.ts';
import { opened, testSession } from './testing/worker.ts';

const counter = GUESTS.counter!.source;

async function ask<Kind extends Answer['kind']>(
  request: Request,
  kind: Kind,
  document: Record<string, unknown> = {},
) {
  const { ask } = await opened(document, 3_000_000);
  const answer = await ask(request);
  if (answer.kind !== kind) throw new Error(JSON.stringify(answer));
  return answer as Extract<Answer, { kind: Kind }>;
}

const assemble = (source: string, document?: Record<string, unknown>) =>
  ask({ kind: 'assemble', source }, 'assembled', document);

describe('the guest that runs', () => {
  test('is the built-in one, or the source that the scenario carries', async () => {
    const { guest } = await ask({ kind: 'guest' }, 'guest');
    expect(guest).toMatchObject({ program: 'counter', file: 'counter.s', builtIn: counter, source: counter });
    expect(Object.keys(guest.kernel)).toContain('kernel.s');
    const document = { guest: { source: '.include "kernel.s"\n', timerHz: 50 } };
    const refused = await testSession().ask({ kind: 'open', source: { document } });
    expect(refused).toMatchObject({ kind: 'refused' });
    const own = await ask({ kind: 'guest' }, 'guest', { guest: { source: `${counter}\n# mine` } });
    expect(own.guest.source).toBe(`${counter}\n# mine`);
    expect(own.guest.document).toMatchObject({ guest: { source: `${counter}\n# mine` } });
  });

  test('has no source when it was brought as a program', async () => {
    // An endless loop: j .
    const { guest } = await ask({ kind: 'guest' }, 'guest', { guest: { elf: 'bwAAAA==' } });
    expect(guest).toMatchObject({ source: null, builtIn: counter, programBytes: 4 });
  });

  test('is the scenario as it was opened, without the cursor of the link', async () => {
    const document = { seed: 9, commands: ['crash A @ 5ms'], view: { cursorNs: 4_000_000 } };
    const { guest } = await ask({ kind: 'guest' }, 'guest', document);
    expect(guest.document).toEqual({ version: 1, seed: 9, commands: ['crash A @ 5ms'] });
  });
});

describe('assembling', () => {
  test('tells size and labels of what is whole', async () => {
    const { isWhole, findings, bytes, symbols } = await assemble(counter);
    expect({ isWhole, findings }).toEqual({ isWhole: true, findings: [] });
    expect(bytes).toBeGreaterThan(1000);
    expect(symbols.find(({ name }) => name === '_start')?.address).toBe(0x8000_0000);
  });

  test('tells every mistake with its place, and what was meant', async () => {
    const { isWhole, findings } = await assemble(
      'nop\n  addd a0, a0, a1\n  lw a0, q9\n.include "kernel.x"\n',
    );
    expect(isWhole).toBe(false);
    const told = findings.map(({ severity, line, column }) => [severity, line, column]);
    expect(told).toEqual([
      ['error', 2, 3],
      ['error', 3, 10],
      ['error', 4, 10],
    ]);
    expect(findings[0]).toMatchObject({ suggestion: 'addi', file: 'guest.source' });
  });

  test('names the file when the mistake comes out in one of the kernel', async () => {
    const { findings } = await assemble('.include "kernel.s"\n');
    expect(findings[0]?.file).not.toBe('guest.source');
  });

  test('knows the scenario’s timer', async () => {
    const source = '.word TIMER_HZ / (TIMER_HZ - 250)\n';
    expect((await assemble(source)).isWhole).toBe(false);
    expect((await assemble(source, { guest: { timerHz: 100 } })).isWhole).toBe(true);
  });

  test('lists every mistake, and says what a source that takes in files needs', async () => {
    const { findings } = await assemble(`${' foo\n'.repeat(120)} .incbin "x.bin"\n`);
    expect(findings.length).toBe(121);
    expect(findings[120]).toMatchObject({ line: 121, column: 10 });
    expect(findings[120]?.message).toContain(
      '.incbin takes files that stand beside a source on the command line',
    );
  });

  test('leaves the run as it is', async () => {
    const { ask, frame } = await opened({}, 3_000_000);
    const { hash } = await frame({ kind: 'view' });
    await ask({ kind: 'assemble', source: 'nop' });
    await ask({ kind: 'guest' });
    expect((await frame({ kind: 'view' })).hash).toBe(hash);
  });

  test('refuses what no link would carry', async () => {
    const { isWhole, findings } = await assemble('#'.repeat(65_537));
    expect(isWhole).toBe(false);
    expect(findings[0]?.message).toContain('65536');
  });
});

describe('a file', () => {
  const bytes = (...values: number[]) => Uint8Array.from(values);
  const said = (file: Uint8Array<ArrayBuffer>) => {
    const answer = inspectFile(file);
    return answer.kind === 'refused' ? answer.message : answer.kind === 'inspected' ? answer.what : '';
  };

  test.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
    ['nothing', bytes(), /empty/],
    ['a text', new TextEncoder().encode('nop # ü\r\n'), /^source$/],
    ['instructions', bytes(0x6f, 0, 0, 0), /^program$/],
    ['other bytes', bytes(0, 0, 0, 0), /neither text nor ELF/],
    ['too few bytes', bytes(0x13, 0), /neither text nor ELF/],
    ['a picture', bytes(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), /picture/],
    ['ELF of 64 bits', bytes(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1), /64-bit/],
    ['ELF of the other byte order', bytes(0x7f, 0x45, 0x4c, 0x46, 1, 2, 1), /big-endian/],
    ['a large file', new Uint8Array(262_145), /262145 bytes/],
    ['a long text', new Uint8Array(65_537).fill(35), /65537 characters/],
  ])('%s', (_, file, message) => {
    expect(said(file)).toMatch(message);
  });

  test('a text is taken with the line ends of this program', () => {
    expect(inspectFile(new TextEncoder().encode('nop\r\nnop'))).toMatchObject({ source: 'nop\nnop' });
  });
});

test('what every instruction does is told, but for those that this machine has not', () => {
  const silent = COMPLETION_ITEMS.filter(({ kind, meaning }) => kind === 'instruction' && !meaning).map(
    ({ name }) => name,
  );
  const foreign = ['uret', 'sret', 'dret', 'sfence.vma'];
  const rare = ['move', 'sgt', 'sgtu', 'fence.tso', 'pause', 'scall', 'sbreak', 'unimp', 'jump'];
  expect(silent).toEqual(expect.arrayContaining(foreign));
  expect(silent.filter((name) => !foreign.includes(name) && !rare.includes(name))).toEqual(
    ['sext.b', 'sext.h', 'zext.h'].filter((name) => silent.includes(name)),
  );
  const meant = COMPLETION_ITEMS.filter(({ meaning }) => meaning).map(({ name }) => name);
  for (const name of meant) expect(FORMS.has(name)).toBe(true);
});
