// `understudy run` that stops: at breakpoints and instants, with what is to be seen there.
import { expect, test } from 'vitest';
import { jsonOf, understudy } from './testing/command-line.ts';

const run = (...words: string[]) => understudy(['run', 'counter', ...words]);

test('stops at the first breakpoint of several, says where, and dumps what was asked for', async () => {
  const { status, out, error } = await run(
    '--break',
    'output released',
    '--break',
    'entry packet',
    '--dump',
    'registers',
  );
  expect({ status, error }).toEqual({ status: 0, error: '' });
  expect(out).toMatch(
    /^counter: 2\.\d+ ms, stopped by "entry packet": on host A, behind instruction \d+, recorded /,
  );
  expect(out).toMatch(/ {2}zero {7}00000000 .*\n/);
  expect(out).toMatch(/mtvec {6}8000008c/);
});

test('a condition, a store and an address stop where a trace shows them', async () => {
  const { stopped, hosts } = await jsonOf([
    'run',
    'counter',
    '--break',
    'pc == clear_bss && t0 == 0x80005748 on B',
  ]);
  expect(stopped).toMatchObject({ host: 'B', instruction: 17 });
  expect(hosts).toMatchObject([{ host: 'B', instruction: 17, place: 'clear_bss', next: 'sw zero, 0(t0)' }]);
  const { error } = await run('--at', '20@B', '--trace', 'B');
  const lines = error.trimEnd().split('\n');
  expect(lines).toHaveLength(20);
  expect(lines[17]).toMatch(/^ {8}18 {2}8000002c {2}<clear_bss> .*sw zero, 0\(t0\)$/);
  const store = await jsonOf(['run', 'counter', '--break', 'write 0x80005748 on B']);
  expect(store.stopped).toMatchObject({ instruction: 18, pc: 0x8000002c });
  const address = await jsonOf(['run', 'counter', '--at', '14@B', '--break', 'at clear_bss on B']);
  expect(address.stopped).toMatchObject({ instruction: 17, pc: 0x8000002c });
});

test('stands at an instant or an instruction, and shows memory', async () => {
  const report = await jsonOf(['run', 'counter', '--at', '12ms', '--dump', 'memory:_start+4']);
  expect(report).toMatchObject({ scenario: 'counter', time: 12_000_000, reached: true, stopped: null });
  const { hosts } = report;
  expect(hosts.map(({ host, memory }: { host: string; memory: unknown }) => [host, memory])).toEqual([
    ['A', [{ address: 0x80000000, bytes: 'f32240f1' }]],
    ['B', [{ address: 0x80000000, bytes: 'f32240f1' }]],
  ]);
  const one = await run('--at', '5000@B', '--dump', 'memory:0x80000000+20,memory:16');
  expect(one.out).toMatch(/^counter: 4\.\d+ ms\.\nhost B, backup: 5000 instructions; next /);
  expect(one.out).toContain('  80000000  f3 22 40 f1 63 98');
  expect(one.out).toContain('0x00000010  is not in RAM');
});

test.each([
  ['client1', 'client'],
  ['disk', 'disk'],
])('%s is a host as any: its instructions are shown, counted and dumped', async (host, role) => {
  const { status, out, error } = await run('--at', `7@${host}`, '--trace', host, '--dump', 'registers');
  expect(status).toBe(0);
  expect(out).toMatch(new RegExp(`\\nhost ${host}, ${role}: 7 instructions; next \\S+ .*\\n`));
  expect(out).toMatch(/ {2}zero {7}00000000 .*\n/);
  const lines = error.trimEnd().split('\n');
  expect(lines).toHaveLength(7);
  expect(lines[0]).toMatch(/^ +1 {2}80000000 {2}<_start> /);

  const [dumped] = (await jsonOf(['run', 'counter', '--at', `7@${host}`, '--dump', 'memory:0x80000000+8']))
    .hosts;
  expect(dumped).toMatchObject({ host, role, instruction: 7, memory: [{ address: 0x8000_0000 }] });
  const before = await run('--at', '2ms', '--trace', host);
  expect(before.error.startsWith(error)).toBe(true);
});

test.each([
  ['flag_refused', 'disk'],
  ['answer_duplicate', 'client1'],
])('stops at %s of the program of %s', async (label, host) => {
  const commands = ['cut log @ 3ms', 'duplicate lan 100% @ 1ms'].flatMap((each) => ['--command', each]);
  const { stopped, hosts } = await jsonOf([
    'run',
    'counter',
    ...commands,
    '--break',
    `at ${label} on ${host}`,
  ]);
  expect(stopped).toMatchObject({ host, break: `at ${label} on ${host}` });
  expect(hosts).toMatchObject([{ host, place: label }]);
});

test('a limit that comes first ends with 3', async () => {
  const { status, out } = await run('--break', 'fact wentLive', '--until', '5ms');
  expect(status).toBe(3);
  expect(out).toContain('counter: 5 ms, no breakpoint was reached before the limit.');
  expect((await run('--at', '6ms', '--until', '5ms')).status).toBe(3);
  expect((await run('--at', '99999999@A', '--until', '2ms')).status).toBe(3);
});

test.each<[string[], string]>([
  [['--break', 'pc = 5'], 'understudy run: --break "pc = 5": column 4: "=" means nothing here.'],
  [['--at', '12'], "understudy run: --at 12: an instruction is one of a host's; write 12@HOST, or a time."],
  [
    ['--at', '7@client9'],
    'understudy run: --at: there is no host "client9"; there are A, B, client1, client2, disk.',
  ],
  [['--at', '1ms@Q'], 'understudy run: --at: there is no host "Q"; there are A, B, client1, client2, disk.'],
  [['--dump', 'stack'], 'understudy run: --dump "stack": there are registers and memory:ADDRESS+LENGTH.'],
  [
    ['--trace', 'Q'],
    'understudy run: --trace: there is no host "Q"; there are A, B, client1, client2, disk.',
  ],
])('%j is refused', async (words, error) => {
  expect(await run(...words)).toMatchObject({ status: 2, out: '', error: `${error}\n` });
});

const FORMS = 'write TIME, TIME@HOST, COUNT@HOST or COUNT+CHANGES@HOST';
const PLACES = 'write 7, or 7+1 for one change behind the seventh';

test.each<[string, string]>([
  ['-1@A', `"-1@A": nothing comes before the start; ${FORMS}`],
  ['-5ms', `"-5ms": nothing comes before the start; ${FORMS}`],
  ['5@A@B', `"5@A@B": ${FORMS}`],
  ['@A', `"@A": ${FORMS}`],
  ['5@', ': there is no host ""; there are A, B, C, client1, disk'],
  ['1+@A', `"1+" is no count of instructions: ${PLACES}`],
  ['3+x@A', `"3+x" is no count of instructions: ${PLACES}`],
  ['3+-1@A', `"3+-1" is no count of instructions: ${PLACES}`],
  ['1.5@A', '"1.5" is not an instant: write a number and ns, us, ms or s, such as 12ms'],
  ['7ms+0', '"7ms+0": behind + stands how many steps of its nanosecond, 1 or more'],
  ['7ms+x@A', '"7ms+x@A": behind + stands how many steps of its nanosecond, 1 or more'],
  ['7ms+900', ': 7 ms is over before its step 900'],
  [
    '3+9@A',
    '3+9@A: its machine is never there: behind instruction 3 it is changed fewer times before it goes on',
  ],
  ['5@C', '5@C: host C has no machine by 20 ms'],
  ['0@C', '0@C: host C has no machine by 20 ms'],
  ['7ms@C', ': host C has no machine at 7 ms'],
])('--at %s is refused', async (at, error) => {
  const files = { 'spare.json': JSON.stringify({ spares: [{ id: 'C' }], clients: [{ requests: 2 }] }) };
  const refused = await understudy(['run', 'spare.json', `--at=${at}`, '--until', '20ms'], files);
  const separator = error.startsWith(':') ? '' : ' ';
  expect(refused).toMatchObject({
    status: 2,
    out: '',
    error: `understudy run: --at${separator}${error}.\n`,
  });
});

test('a place that the run does not come to by the limit ends with 3, and it is said how far it came', async () => {
  const far = await run('--at', '9000000@A', '--until', '3ms');
  expect(far.status).toBe(3);
  expect(far.out).toMatch(/^counter: 3 ms, host A came to \d+ instructions before the limit\.\n/);
  const late = await run('--at', '6ms+1', '--until', '5ms');
  expect(late.status).toBe(3);
  expect(late.out).toContain('counter: 5 ms, it did not come there before the limit.');
});

test('a place says which of the states behind an instruction', async () => {
  const source = '_start: la t0, handler\ncsrw mtvec, t0\necall\n.balign 4\nhandler: j handler\n';
  const files = { 'traps.json': JSON.stringify({ guest: { source }, clients: [] }) };
  const at = async (place: string) => {
    const outcome = await understudy(['run', 'traps.json', `--at=${place}`, '--json'], files);
    return JSON.parse(outcome.out).hosts[0];
  };
  expect(await at('3@A')).toMatchObject({ instruction: 3, pc: 0x8000_000c, next: 'ecall' });
  expect(await at('3+1@A')).toMatchObject({ instruction: 3, changes: 1, place: 'handler' });
});
