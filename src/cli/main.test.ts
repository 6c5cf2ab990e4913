// The command line from outside: words and files in; stdout, stderr and the exit status out.
import { describe, expect, test } from 'vitest';
import { LIBRARY } from '../scenario/library/index.ts';
import { COMMANDS } from './main.ts';
import { jsonOf, understudy } from './testing/command-line.ts';

// ---- run -----------------------------------------------------------------------------------------

test('run counter: every client gets its answers, once and in order', async () => {
  const { status, out, error } = await understudy(['run', 'counter', '--json']);
  expect({ status, error }).toEqual({ status: 0, error: '' });
  const report = JSON.parse(out);
  expect(Object.keys(report)).toEqual([
    'scenario',
    'time',
    'hosts',
    'outputs',
    'console',
    'guest',
    'clients',
    'disk',
    'programs',
    'log',
    'replication',
    'commands',
    'properties',
  ]);
  expect(report.scenario).toBe('counter');
  expect(repliesOf(report)).toEqual(Array.from({ length: 400 }, (_, n) => 11 + n));
  expect(report.hosts.map(({ role, live }: { role: string; live: boolean }) => [role, live])).toEqual([
    ['primary', true],
    ['backup', false],
  ]);
});

type Report = { clients: { history: { reply: number }[] }[] };

const repliesOf = ({ clients }: Report) =>
  clients.flatMap(({ history }) => history.map(({ reply }) => reply)).sort((a, b) => a - b);

test('run with commands: a crash changes who answers, not what', async () => {
  const report = await jsonOf(['run', 'counter', '--command', 'crash A @ 12ms']);
  expect(report.hosts.map(({ role }: { role: string }) => role)).toEqual(['crashed', 'solo']);
  expect(report.disk.flag).toBe('B');
  expect(repliesOf(report)).toEqual(Array.from({ length: 400 }, (_, n) => 11 + n));
});

test('run says the same every time, in text and in JSON', async () => {
  const words = ['run', 'counter', '--until', '30ms', '--command', 'cut log @ 9ms'];
  for (const more of [[], ['--json']])
    expect(await understudy([...words, ...more])).toEqual(await understudy([...words, ...more]));
});

test('run ends with 3 at a limit, and with 1 when a property broke', async () => {
  const short = await understudy(['run', 'counter', '--until', '5ms']);
  expect([short.status, short.error]).toEqual([3, '']);
  expect(short.out).toContain('counter: 5 ms, the limit came before all answers.');
  const two = await understudy(['run', 'counter-without-arbitration', '--command', 'cut log @ 20ms']);
  expect(two.status).toBe(1);
  expect(two.out).toMatch(/One live machine {4}§2\.3 {2}broken at \d+\.\d+ ms: twoLive/);
});

test('every built-in scenario runs', async () => {
  for (const { id, document } of LIBRARY) {
    const { status, error } = await understudy(['run', id, '--until', '4ms']);
    // One that breaks the pair on purpose may have broken a property by then.
    const isWhole = !('rules' in document) && !('machine' in document);
    expect([id, isWhole || status !== 1 ? status : 3, error]).toEqual([id, 3, '']);
  }
});

test('run tells what became of each command, in text and in JSON', async () => {
  const words = ['run', 'counter', '--until', '40ms'];
  for (const text of [
    'crash A @ when request 3 of client1 answered',
    'crash B @ when clone round 7',
    'repair B @ 20ms',
    'cut log @ 50ms',
  ])
    words.push('--command', text);
  const { out } = await understudy([...words, '--json']);
  const report = JSON.parse(out);
  expect(report.commands).toEqual([
    { command: 'crash A @ when request 3 of client1 answered', struckAt: answeredAt(report, 3) },
    { command: 'crash B @ when clone round 7', struckAt: null, why: 'its condition never came true' },
    { command: 'repair B @ 20ms', struckAt: 20_000_000, why: 'host B already has power' },
    { command: 'cut log @ 50ms', struckAt: null, why: 'the run ended before it' },
  ]);
  const text = (await understudy(words)).out;
  expect(text).toMatch(/command {2}crash A @ when request 3 of client1 answered {2}struck at \d+\.\d+ ms\n/);
  expect(text).toMatch(/crash B @ when clone round 7 +never struck: its condition never came true\n/);
  expect(text).toMatch(/repair B @ 20ms +struck at 20 ms: host B already has power\n/);
});

const answeredAt = ({ clients }: { clients: { history: { answered: number }[] }[] }, request: number) =>
  clients[0]?.history[request - 1]?.answered;

test('run tells what the VM has printed, each byte of it, in text and in JSON', async () => {
  const source = `_start: li s0, 0x10000000; la s1, text
1: lbu t0, 0(s1); beqz t0, 2f; sb t0, 0(s0); addi s1, s1, 1; j 1b
2: wfi; j 2b
text: .byte 0x68, 0xc3, 0xa9, 9, 0xff, 13, 10, 0x1b, 0x32, 10, 0`;
  const files = { 'own.json': JSON.stringify({ guest: { source }, clients: [] }) };
  const words = ['run', 'own.json', '--until', '20ms'];
  expect((await jsonOf(words, files)).console).toBe('hé\t\\xff\r\n\x1b2\n');
  expect((await understudy(words, files)).out).toContain('  console:\n    hé\t\\xff\n    \\x1b2\n');
  expect((await jsonOf(['run', 'counter', '--until', '5ms'])).console).toBe('');
});

test.each<[string, string, number, string, Record<string, unknown>]>([
  [
    'success',
    'li t0, 0x100000; li t1, 0x5555; sw t1, 0(t0)',
    0,
    'ended itself with code 0',
    { end: 'exit', code: 0 },
  ],
  [
    'failure',
    'li t0, 0x100000; li t1, 0x73333; sw t1, 0(t0)',
    1,
    'ended itself with code 7',
    { end: 'exit', code: 7 },
  ],
  ['trap for ever', '.word 0', 1, 'is stuck at 0x00000000 since', { end: 'stuck', address: 0 }],
])(
  'run ends with its guest, and with the status that this decides: %s',
  async (_, end, status, told, guest) => {
    const source = `_start: li s0, 0x10000000; li t0, 65; sb t0, 0(s0); csrw mtvec, x0; ${end}`;
    const files = { 'own.json': JSON.stringify({ guest: { source }, clients: [] }) };
    const text = await understudy(['run', 'own.json'], files);
    expect([text.status, text.error]).toEqual([status, '']);
    expect(text.out).toContain(told);
    const report = JSON.parse((await understudy(['run', 'own.json', '--json'], files)).out);
    expect(report).toMatchObject({ console: 'A', guest });
    expect(report.outputs).toMatchObject([{ kind: 'console', released: expect.any(Number) }]);
    expect(report.time).toBeLessThan(100_000_000);
    const [a, b] = report.hosts;
    expect([a.role, b.role]).toEqual(['halted', 'halted']);
  },
);

test('run ends when the VM is switched off, short of the answers', async () => {
  const words = ['run', 'counter', '--command', 'poweroff vm @ 5ms'];
  const { status, out } = await understudy(words);
  expect(status).toBe(3);
  expect(out).toMatch(/^counter: \d+ ms, the VM was switched off at 5\.\d+ ms\.\n/);
});

test('run takes a file and a link, and they are the same run', async () => {
  const document = { seed: 7, clients: [{ requests: 3 }], rules: { outputRule: false } };
  const files = { 'mine.json': JSON.stringify(document) };
  const link = (await understudy(['link', 'mine.json'], files)).out.trim();
  const { scenario, ...fromFile } = await jsonOf(['run', 'mine.json'], files);
  expect(scenario).toBe('mine.json');
  expect(await jsonOf(['run', link])).toEqual({ scenario: link, ...fromFile });
});

test("run takes somebody's own guest, which may include the kernel", async () => {
  const source = `.include "kernel.s"
service_start: ret
service_request: li a1, 0
 li a2, TIMER_HZ
 j reply
 .bss
bss_end:
`;
  const files = {
    'mine.json': '{"clients": [{"requests": 2}], "guest": {"timerHz": 77}}',
    'dir/own.s': source,
  };
  const report = await jsonOf(['run', 'mine.json', '--guest', 'dir/own.s'], files);
  expect(repliesOf(report)).toEqual([77, 77]);
});

// ---- assemble ------------------------------------------------------------------------------------

test('assemble writes a flat image, or tells about it', async () => {
  const files = { 'a.s': '_start: nop\nend: ret\n.bss\nspace: .zero 8\n' };
  const written = await understudy(['assemble', 'a.s', '-o', 'a.bin'], files);
  expect(written).toMatchObject({ status: 0, out: '', error: '' });
  expect(written.files['a.bin']).toEqual(Uint8Array.of(0x13, 0, 0, 0, 0x67, 0x80, 0, 0));
  expect((await understudy(['assemble', 'a.s', '--symbols'], files)).out).toBe(
    '80000000 _start\n80000004 end\n80000010 space\n',
  );
  expect(await jsonOf(['assemble', 'a.s'], files)).toEqual({
    base: 0x80000000,
    end: 0x80000018,
    entry: 0x80000000,
    symbols: { _start: 0x80000000, end: 0x80000004, space: 0x80000010 },
    image: '1300000067800000',
  });
  expect((await understudy(['assemble', 'a.s'], files)).out).toBe(
    'a.s: 8 bytes from 0x80000000, memory to 0x80000018, entry 0x80000000\n',
  );
});

test('assemble finds what a source includes beside it, before what comes along', async () => {
  const files = { 'dir/a.s': '.include "kernel.s"\n', 'dir/kernel.s': 'nop\n' };
  expect((await jsonOf(['assemble', 'dir/a.s'], files)).image).toBe('13000000');
});

test('assemble takes bytes of files beside the source', async () => {
  const files = { 'dir/a.s': '.incbin "x.bin", 1\n', 'dir/x.bin': '9\x13\0\0\0' };
  expect((await jsonOf(['assemble', 'dir/a.s'], files)).image).toBe('13000000');
  const { status, error } = await understudy(['assemble', 'a.s'], { 'a.s': '.incbin "y.bin"' });
  expect([status, error]).toEqual([2, 'a.s:1:9: there is no file y.bin beside the source\n']);
});

test('assemble says the first error, or with --all each on a line, and the warnings', async () => {
  const files = { 'a.s': ' foo\n.byte 256\n.word 1,\n j nowhere\n' };
  const [first, second, third] = [
    'a.s:1:2: there is no instruction or macro foo',
    'a.s:3:9: expected a number, a symbol or an expression, found the end of the line',
    'a.s:4:4: nowhere is not defined',
  ];
  const brief = await understudy(['assemble', 'a.s'], files);
  expect([brief.status, brief.error]).toEqual([2, `${first} (and 2 more: --all lists them)\n`]);
  const full = await understudy(['assemble', 'a.s', '--all'], files);
  const warning = 'a.s:2:7: 256 does not fit into 1 bytes: its upper bits are lost (warning)';
  expect([full.status, full.out]).toEqual([2, '']);
  expect(full.error).toBe([warning, first, second, third, ''].join('\n'));
});

// ---- disassemble ---------------------------------------------------------------------------------

test('disassemble shows labels, targets, data and runs of zeros', async () => {
  const source =
    '_start: beqz a0, done\nli a1, -1\ndone: ret\n.byte 1\nodd: .byte 2\n.zero 42\n.byte 3, 0, 0, 0\n';
  const files = { 'a.s': source };
  expect((await understudy(['disassemble', 'a.s'], files)).out).toBe(`_start:
  80000000  00050463  beqz a0, done
  80000004  fff00593  li a1, -1
done:
  80000008  00008067  ret
  8000000c  00000201  .word 0x00000201
odd:  # 8000000d
  80000010            .zero 40
  80000038  00000003  lb zero, 0(zero)
`);
});

test('what disassemble says assembles to the same image again', async () => {
  const { files } = await understudy(['assemble', 'guest.s', '-o', 'a.bin'], {
    'guest.s': '.include "kernel.s"\n service_start: service_request: ret\n.bss\nbss_end:\n',
  });
  const { out } = await understudy(['disassemble', 'a.bin'], files);
  const again = out.replaceAll(/^ {2}\w{8} {2}[\w ]{8} {2}/gm, '');
  const written = await understudy(['assemble', 'again.s', '-o', 'again.bin'], { 'again.s': again });
  expect(written.error).toBe('');
  expect(written.files['again.bin']).toEqual(files['a.bin']);
});

test('a broken ELF file is refused with its name and the reason', async () => {
  const elf = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2);
  for (const words of [
    ['disassemble', 'a.elf'],
    ['machine', 'a.elf'],
    ['run', 'counter', '--guest', 'a.elf'],
  ]) {
    const { status, error } = await understudy(words, { 'a.elf': elf });
    expect([status, error]).toEqual([
      2,
      expect.stringMatching(/^a\.elf: The file is a 64-bit ELF file[^\n]*\n$/),
    ]);
  }
});

// ---- link, show, list, help ----------------------------------------------------------------------

test('show prints what link took, with every default', async () => {
  const files = { 'mine.json': '{"seed": 9, "hosts": [{}, {"id": "Z"}]}' };
  const link = (await understudy(['link', 'mine.json'], files)).out.trim();
  expect(link).toMatch(/^#u1=[\w-]+$/);
  const shown = JSON.parse((await understudy(['show', `https://example.org/${link}`])).out);
  expect(shown).toMatchObject({ version: 1, seed: 9, hosts: [{ id: 'A' }, { id: 'Z' }], untilNs: 10e9 });
  const again = await understudy(['link', 'shown.json'], { 'shown.json': JSON.stringify(shown) });
  expect(again.out.trim()).toBe(link);
});

test('list', async () => {
  expect((await understudy(['list'])).out).toContain(
    'counter                      A counter that survives its host\n',
  );
  expect(await jsonOf(['list'])).toContainEqual({ id: 'counter', title: 'A counter that survives its host' });
});

test.each([[['help']], [['--help']], [['-h']]])('%j names every command in a line', async (words) => {
  const { status, out, error } = await understudy(words);
  expect([status, error]).toEqual([0, '']);
  expect(out).toContain('usage: understudy COMMAND');
  for (const { syntax } of COMMANDS)
    expect(out).toMatch(new RegExp(`^  ${syntax.name} .*${syntax.text[0]}`, 'm'));
});

describe('help comes from the table that the words are read by', () => {
  test.each(COMMANDS.map((command) => [command.syntax.name, command.syntax] as const))(
    '%s',
    async (name, syntax) => {
      const { status, out, error } = await understudy([name, '--help']);
      expect([status, error]).toEqual([0, '']);
      expect(out.startsWith(`usage: understudy ${[name, ...syntax.operands].join(' ')}`)).toBe(true);
      expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
      for (const [option, { value, text }] of Object.entries(syntax.options)) {
        expect(out).toContain(value === undefined ? `--${option}` : `--${option} ${value}`);
        expect(out.replaceAll(/\s+/g, ' ')).toContain(text);
        // What is shown is taken: the words are read as far as the operands that are missing here.
        const words = value === undefined ? [`--${option}`] : [`--${option}`, 'X'];
        expect((await understudy([name, ...words, 'a', 'b', 'c'])).error).toMatch(/one word too many\.\n$/);
      }
    },
  );

  test('says what holds when nothing is told', async () => {
    const { out } = await understudy(['machine', '--help']);
    expect(out).toMatch(/--max-instructions N\s+stop for good after so many; 1000000000 unless told/);
    expect(out).toMatch(/--engine interpreter\|compiler\s/);
    expect(out).toMatch(/compiler\s+unless\s+told/);
  });
});

// ---- bad usage and input -------------------------------------------------------------------------

const BAD_FILES = {
  'cut.json': '{\n  "seed": 1,\n  "title": "x"\n',
  'field.json': '{\n  "seed": 1,\n  "machine": {\n    "ramBytes": 5\n  }\n}\n',
  'unknown.json': '{\n  "seed": 1,\n  "speed": 5\n}\n',
  'missing.json': '{\n  "seed": 1,\n  "view": {\n  }\n}\n',
  'fits.json': '{"machine": {"ramBytes": 65536}}',
  'bad.s': 'nop\n  adddi a0, a0, 1\nfoo\n',
  'large.s': 'nop\n.bss\n.zero 70000\n',
  'huge.s': 'nop\n.bss\n.zero 0x8000000\n',
  'binary.json': Uint8Array.of(0xff, 0xfe),
};

test.each<[string[], string | RegExp]>([
  [
    [],
    'understudy: a command is missing; there are run, machine, assemble, disassemble, link, show, list, rules, soak, bench.',
  ],
  [
    ['frob'],
    'understudy: there is no command "frob"; there are run, machine, assemble, disassemble, link, show, list, rules, soak, bench.',
  ],
  [['toString'], /there is no command "toString"/],
  [['run'], 'understudy run: SCENARIO is missing.'],
  [['run', 'counter', 'twice'], 'understudy run: "twice" is one word too many.'],
  [['run', 'counter', '--untl', '5ms'], /^understudy run: there is no option --untl; there are --until, /],
  [['run', 'counter', '--toString'], /there is no option --toString/],
  [['run', 'counter', '--until'], 'understudy run: --until needs a value.'],
  [['run', 'counter', '--until', '--json'], 'understudy run: --until needs a value.'],
  [['run', 'counter', '--json=yes'], 'understudy run: --json takes no value.'],
  [['run', 'counter', '--until', '1s', '--until', '2s'], 'understudy run: --until is given twice.'],
  [['run', 'counter', '--until', 'soon'], /^understudy run: --until "soon" is not an instant/],
  [['run', 'counter', '--until', '2000h'], /is not an instant/],
  [
    ['run', 'counter', '--until', '3601s'],
    'understudy run: --until is 3601s, but a run lasts an hour at most.',
  ],
  [
    ['run', 'counter', '--command', 'crash Q @ 1ms'],
    /--command "crash Q @ 1ms": there is no host "Q"; there are A, B, hosts, client1, client2, disk\.$/,
  ],
  [['run', 'counter', '--command', 'crash A'], /does not say when/],
  [['run', 'conter'], /^There is no scenario "conter"; there are counter, /],
  [['run', 'nope.json'], "nope.json can't be read: there is no such file."],
  [['run', 'cut.json'], 'cut.json:4: this is not JSON (close brace expected).'],
  [['run', 'binary.json'], 'binary.json is no text in UTF-8.'],
  [['run', 'field.json'], /^field\.json:4: machine\.ramBytes is 5, but has to be a whole number of bytes/],
  [['run', 'unknown.json'], /^unknown\.json:3: speed is no field of a scenario; there are /],
  [['link', 'missing.json'], 'missing.json:3: view.cursorNs is missing.'],
  [['run', 'counter', '--guest', 'bad.s'], /^bad\.s:2:3: .*\(and 1 more\)$/],
  [
    ['run', 'fits.json', '--guest', 'large.s'],
    'machine.ramBytes is 65536, but the guest program takes 70016.',
  ],
  [['run', 'counter', '--guest', 'gone.s'], "gone.s can't be read: there is no such file."],
  [['machine', 'bad.s'], /^bad\.s:2:3: /],
  [['machine', 'huge.s'], /^huge\.s/],
  [['machine', 'large.s', '--max-instructions', '-1'], /--max-instructions is "-1", but has to be/],
  [['machine', 'large.s', '--max-instructions', '1e99'], /--max-instructions is "1e99", but has to be/],
  [['assemble', 'bad.s', '-o'], 'understudy assemble: -o needs a value.'],
  [['assemble', 'bad.s'], /^bad\.s:2:3: .*; did you mean addi\?.*$/],
  [['show', 'counter'], 'This is not a link of Understudy: there is no #u1=… in it.'],
  [['show', '#u1=abc!'], /^This link is damaged/],
  [['run', '#u2=abc'], /newer Understudy \(version 2\)/],
])('%j is refused with 2 and one line', async (words, message) => {
  const { status, out, error } = await understudy(words, BAD_FILES);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(error).toMatch(/^[^\n]+\n$/);
  if (typeof message === 'string') expect(error.trimEnd()).toBe(message);
  else expect(error.trimEnd()).toMatch(message);
});
