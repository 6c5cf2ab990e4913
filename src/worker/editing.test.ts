// What the editor of programs is told: the texts, what is wrong with them and where, and what a file is.
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

const assemble = (source: string, document?: Record<string, unknown>, of = 'vm') =>
  ask({ kind: 'assemble', of, source }, 'assembled', document);

const textOf = async (of: string, document?: Record<string, unknown>) =>
  (await ask({ kind: 'programText', of }, 'programText', document)).text;

describe('the program that runs', () => {
  test('is the built-in one, or the source that the scenario carries', async () => {
    const guest = await textOf('vm');
    expect(guest).toMatchObject({
      builtInName: 'counter',
      file: 'counter.s',
      builtIn: counter,
      source: counter,
    });
    expect(Object.keys(guest.kernel)).toContain('kernel.s');
    expect(guest.carriedBy).toEqual([]);
    const document = { guest: { source: '.include "kernel.s"\n', timerHz: 50 } };
    const refused = await testSession().ask({ kind: 'open', source: { document } });
    expect(refused).toMatchObject({ kind: 'refused' });
    const own = await textOf('vm', { guest: { source: `${counter}\n# mine` } });
    expect(own.source).toBe(`${counter}\n# mine`);
    expect(own.carriedBy).toEqual(['vm']);
    expect(own.document).toMatchObject({ guest: { source: `${counter}\n# mine` } });
  });

  test('has no source when it was brought as a program', async () => {
    // An endless loop: j .
    const guest = await textOf('vm', { guest: { elf: 'bwAAAA==' } });
    expect(guest).toMatchObject({ source: null, builtIn: counter, programBytes: 4 });
  });

  test('is a client’s or the disk’s just as well', async () => {
    const clients = [{}, { source: 'nop\n' }, { elf: 'bwAAAA==' }];
    const document = { clients, disk: { source: 'wfi\n' } };
    const first = await textOf('client1', document);
    expect(first).toMatchObject({ of: 'client1', builtInName: 'client', file: 'client.s' });
    expect(first.source).toBe(first.builtIn);
    expect(first.source).toContain('answer_duplicate');
    expect(first.carriedBy).toEqual(['client2', 'client3', 'disk']);
    const second = await textOf('client2', document);
    expect(second).toMatchObject({ source: 'nop\n', builtIn: first.builtIn, name: 'clients[1].source' });
    expect(await textOf('client3', document)).toMatchObject({ source: null, programBytes: 4 });
    const disk = await textOf('disk', document);
    expect(disk).toMatchObject({ builtInName: 'disk-server', source: 'wfi\n', name: 'disk.source' });
    expect(disk.builtIn).toContain('flag_refused');
  });

  test('is the VM’s where the client that was asked for is not there', async () => {
    expect(await textOf('client3')).toMatchObject({ of: 'vm', file: 'counter.s' });
  });

  test('is the scenario as it was opened, without the cursor of the link', async () => {
    const document = { seed: 9, commands: ['crash A @ 5ms'], view: { cursorNs: 4_000_000 } };
    const guest = await textOf('vm', document);
    expect(guest.document).toEqual({ version: 1, seed: 9, commands: ['crash A @ 5ms'] });
  });
});

describe('another program', () => {
  const change = async (of: string, program: object, document?: Record<string, unknown>) => {
    const { ask, frame } = await opened(document, 3_000_000);
    const answer = await ask({ kind: 'program', of, program, name: 'mine' });
    const told = await ask({ kind: 'programText', of });
    if (told.kind !== 'programText') throw new Error(JSON.stringify(told));
    return { answer, frame: await frame({ kind: 'view' }), document: told.text.document };
  };

  test('takes the place of a client’s among those that have their defaults, in a branch from the start', async () => {
    const { frame, document } = await change('client2', { source: 'nop\n' });
    expect(document.clients).toEqual([{}, { startNs: 3_000_000, source: 'nop\n' }]);
    expect(frame.time).toBe(0);
    expect(frame.branches.find(({ isOn }) => isOn)?.name).toBe('mine');
  });

  test('stands beside those of others, and an executable takes the place of a source', async () => {
    const before = { clients: [{ source: 'nop\n' }, { requests: 3 }], guest: { source: counter } };
    expect((await change('disk', { elf: 'bwAAAA==' }, before)).document).toMatchObject({
      ...before,
      disk: { elf: 'bwAAAA==' },
    });
    const { document } = await change('client1', { elf: 'bwAAAA==' }, before);
    expect(document.clients).toEqual([{ elf: 'bwAAAA==' }, { requests: 3 }]);
  });

  test('is the built-in one again', async () => {
    const before = { clients: [{ requests: 3, source: 'nop\n' }], disk: { source: 'wfi\n' } };
    const { document } = await change('client1', {}, before);
    expect(document).toMatchObject({ clients: [{ requests: 3 }], disk: { source: 'wfi\n' } });
    expect((await change('disk', {}, before)).document).toEqual({ version: 1, clients: before.clients });
  });

  test('that has a mistake is refused by the field and the place, and nothing changes', async () => {
    const { answer, document } = await change('client2', { source: 'nop\n  addd a0, a0, a1\n' });
    expect(answer).toMatchObject({ kind: 'refused' });
    expect(answer).toHaveProperty('message', expect.stringMatching(/^clients\[1\]\.source:2:3: .*addd/));
    expect(document).toEqual({ version: 1 });
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

  test('is done as that of the computer it is for', async () => {
    const source = '.include "kernel.s"\n.word TIMER_HZ / (TIMER_HZ - 250)\n  addd a0\n';
    const places = async (of: string) =>
      (await assemble(source, {}, of)).findings.map(({ file, line }) => `${file}:${line}`);
    expect(await places('client2')).toContain('clients[1].source:3');
    expect(await places('client2')).not.toContain('clients[1].source:2');
    expect(await places('disk')).toContain('disk.source:3');
    expect(await places('vm')).toContain('guest.source:2');
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
    await ask({ kind: 'assemble', of: 'client1', source: 'nop' });
    await ask({ kind: 'programText', of: 'disk' });
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
