// Commands as text: read, written, and refused with a sentence that says what is wrong.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeText } from '../../base/typed-text.ts';
import { anyCommand, anyFault, TARGETS } from '../testing/commands.arbitrary.ts';
import { at } from '../testing/worlds.ts';
import { VERBS } from './fault-table.ts';
import { COMMAND_LENGTH, formatCommand, formatFault, parseCommand, targetsOf } from './faults.ts';

const read = (text: string) => parseCommand(text, TARGETS);
const errorOf = (text: string): string | undefined => {
  const parsed = read(text);
  return parsed.ok ? undefined : parsed.error;
};

describe('a command', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(anyCommand, (command) => {
        expect(read(formatCommand(command))).toEqual({ ok: true, value: command });
      }),
      { numRuns: 2_000 },
    );
  });

  test('is one line of text that a person can type', () => {
    fc.assert(
      fc.property(anyCommand, (command) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: there have to be none.
        expect(formatCommand(command)).not.toMatch(/[\0-\x1f\x7f]/);
      }),
    );
  });

  test('can have each of the verbs', () => {
    const seen = new Set(fc.sample(anyFault, 2_000).map(({ verb }) => verb));
    expect([...seen].sort()).toEqual([...VERBS].sort());
  });

  test.each([
    ['  crash   A@12ms ', { verb: 'crash', target: 'A', at: 12e6 }],
    ['crash hosts @ 1s', { verb: 'crash', target: 'hosts', at: 1e9 }],
    ['repair disk @ 0ns', { verb: 'repair', target: 'disk', at: 0 }],
    ['slow B 50% @ 1ms', { verb: 'slow', target: 'B', percent: 50, at: 1e6 }],
    ['flip A 0x80001234.3 @ 1ms', { verb: 'flip', target: 'A', address: 0x8000_1234, bit: 3, at: 1e6 }],
    ['cut log-A out @ 1ms', { verb: 'cut', target: 'log-A', way: 'out', at: 1e6 }],
    ['cut log-A:C @ 1ms', { verb: 'cut', target: 'log-A:C', at: 1e6 }],
    ['lose lan 0.5% @ 1ms', { verb: 'lose', target: 'lan', ppm: 5_000, at: 1e6 }],
    ['reorder lan-client2 100% @ 1ms', { verb: 'reorder', target: 'lan-client2', ppm: 1_000_000, at: 1e6 }],
    ['delay storage-C 2.5ms @ 1ms', { verb: 'delay', target: 'storage-C', by: 2_500_000, at: 1e6 }],
    ['fail disk all @ 1ms', { verb: 'fail', target: 'disk', operations: 'all', at: 1e6 }],
    ['migrate backup C @ 1ms', { verb: 'migrate', target: 'backup', to: 'C', at: 1e6 }],
    ['type vm ls  -l\\n @ 1ms', { verb: 'type', target: 'vm', text: 'ls  -l\n', at: 1e6 }],
    ['type vm a\\@b\\\\@1ms', { verb: 'type', target: 'vm', text: 'a@b\\', at: 1e6 }],
    ['type vm a\\tb\\r\\n "é\' @ 1ms', { verb: 'type', target: 'vm', text: 'a\tb\r\n "é\'', at: 1e6 }],
    ['type vm two\nlines @ 1ms', { verb: 'type', target: 'vm', text: 'two\nlines', at: 1e6 }],
    ['type vm \\x20\\x03 @ 1ms', { verb: 'type', target: 'vm', text: ' \x03', at: 1e6 }],
    [
      'crash A @ when packet  entry 2/3 acked',
      {
        verb: 'crash',
        target: 'A',
        when: { kind: 'entry', entry: 'packet', generation: 2, nth: 3, moment: 'acked' },
      },
    ],
    [
      'pause B @when B suspects',
      { verb: 'pause', target: 'B', when: { kind: 'host', host: 'B', nth: 1, moment: 'suspects' } },
    ],
  ])('%s', (text, value) => {
    expect(read(text)).toEqual({ ok: true, value });
  });

  test('without an instant is of the present where there is one', () => {
    expect(parseCommand('cut log', TARGETS, at(7))).toEqual({
      ok: true,
      value: { verb: 'cut', target: 'log', at: 7 },
    });
    expect(parseCommand('cut log @ 9ns', TARGETS, at(7))).toMatchObject({ value: { at: 9 } });
    expect(parseCommand('cut log @ when clone paused', TARGETS, at(7))).toMatchObject({
      value: { when: { kind: 'clone', nth: 1, moment: 'paused' } },
    });
  });

  test('is told without when it happens', () => {
    expect(formatFault({ verb: 'cut', target: 'log', way: 'in' })).toBe('cut log in');
  });

  const THERE = 'there are A, B, C';
  const LANS = 'there are lan, lan-A, lan-B, lan-C, lan-client1, lan-client2';

  test.each([
    ['kill A @ 1ms', `: there is no command "kill"; there are ${VERBS.join(', ')}`],
    ['', `: there is no command ""; there are ${VERBS.join(', ')}`],
    ['constructor A @ 1ms', `: there is no command "constructor"; there are ${VERBS.join(', ')}`],
    ['crash D @ 1ms', `: there is no host "D"; ${THERE}, hosts, client1, client2, disk`],
    ['repair hosts @ 1ms', `: there is no host "hosts"; ${THERE}, client1, client2, disk`],
    ['crash @ 1ms', `: there is no host ""; ${THERE}, hosts, client1, client2, disk`],
    ['poison client3 @ 1ms', ': there is no client "client3"; there are client1, client2'],
    ['reorder log 5% @ 1ms', `: there is no link "log"; ${LANS}`],
    ['duplicate storage-A 5% @ 1ms', `: there is no link "storage-A"; ${LANS}`],
    ['crash A B @ 1ms', ': write crash HOST, crash hosts, crash CLIENT or crash disk'],
    ['slow A @ 1ms', ': write slow HOST 50%'],
    ['slow A 5% 6% @ 1ms', ': write slow HOST 50%'],
    ['slow A 0% @ 1ms', ': "0%" is not a share of a CPU: write 1% to 100%, such as 50%'],
    ['slow A 101% @ 1ms', ': "101%" is not a share of a CPU: write 1% to 100%, such as 50%'],
    ['share vm half @ 1ms', ': "half" is not a share of a CPU: write 1% to 100%, such as 50%'],
    ['lose log 5 @ 1ms', ': "5" is not a share: write a number and %, such as 5%'],
    ['lose log 101% @ 1ms', ': "101%" is more than all: 100% is the most'],
    ['lose log 0.00001% @ 1ms', ': "0.00001%" is finer than a millionth'],
    ['delay log soon @ 1ms', ': "soon" is not a delay: write a number and ns, us, ms or s, such as 12ms'],
    ['delay log 11s @ 1ms', ': "11s" is too long a delay: it may be 10s at most'],
    [
      'flip A 80001234.3 @ 1ms',
      ': "80001234.3" is not a bit: write the address of a byte in hex, a point, and 0 to 7, such as 0x80001234.3',
    ],
    [
      'flip A 0x80001234.8 @ 1ms',
      ': "0x80001234.8" is not a bit: write the address of a byte in hex, a point, and 0 to 7, such as 0x80001234.3',
    ],
    ['cut log-A up @ 1ms', ': there is no way "up"; there are in, out'],
    [
      'cut log out @ 1ms',
      ': "log" has two ends alike, so name the host whose way out is meant, such as log-HOST',
    ],
    ['fail disk some @ 1ms', ': there are no "some" to fail; there are reads, writes, all'],
    ['fill lan @ 1ms', ': there is no target "lan"; there are disk'],
    ['migrate vm B @ 1ms', ': there is no machine "vm"; there are primary, backup'],
    ['migrate primary D @ 1ms', `: there is no host "D"; ${THERE}`],
    ['type vm @ 1ms', ': write type vm TEXT'],
    [
      'type vm a\\b @ 1ms',
      ': "\\b" stands for nothing; there are \\n, \\r, \\t, \\@, \\\\, and \\x00 to \\x7f',
    ],
    ['crash A', ' does not say when: add @ and an instant, or @ when and a condition'],
    ['crash A @', ' does not say when: add @ and an instant, or @ when and a condition'],
    ['crash A @ soon', ': " soon" is not an instant: write a number and ns, us, ms or s, such as 12ms'],
    [
      'crash A @ 1ms @ 2ms',
      ' is not a command: write VERB TARGET @ INSTANT, or VERB TARGET @ when CONDITION',
    ],
    ['crash A @ when D suspects', `: there is no host "D"; ${THERE}`],
    ['crash A @ when entry 0 sent', ': "0" is not a number from 1 to 999999999'],
    ['crash A @ when entry 2/ sent', ': "" is not a number from 1 to 999999999'],
    ['crash A @ when entry x/2 sent', ': "x" is not a number from 1 to 999999999'],
    [
      'crash A @ when entry 3 lost',
      ': an entry is never "lost"; it is recorded, sent, received, acked, replayed',
    ],
    [
      'crash A @ when frame entry 3 sent',
      ': there is no kind of entry "frame"; there are timer, clock, entropy, packet, disk, console, output, control, progress',
    ],
    ['crash A @ when output 1 sent', ': an output is never "sent"; it is held, released, dropped'],
    [
      'crash A @ when request 1 of client9 sent',
      ': there is no client "client9"; there are client1, client2',
    ],
    ['crash A @ when write 1 held', ': a write is never "held"; it is started, issued, done, completed'],
    [
      'crash A @ when it rains',
      ': "it rains" is not a condition; there are, for example, entry 57 sent, packet entry 3 acked, output 4 released, request 5 of client1 arrived, write 3 done, B suspects, generation 2 begins, clone round 2',
    ],
  ])('%s is refused', (text, error) => {
    expect(errorOf(text)).toBe(`"${text}"${error}`);
  });

  test('types at most 4096 bytes, whatever they are, and tells how many were too many', () => {
    const typing = (text: string) => errorOf(`type vm ${text} @ 1ms`);
    for (const character of ['a', '\n', '\t', '\x03', '@'].map(writeText)) {
      expect(typing(character.repeat(4096))).toBeUndefined();
      expect(typing(character.repeat(4097))).toMatch(
        /: the text has 4097 bytes, and at most 4096 can be typed at once$/,
      );
    }
    expect(typing('é'.repeat(2048))).toBeUndefined();
    expect(typing('é'.repeat(2049))).toBe(
      `"type vm ${'é'.repeat(32)}…": the text has 4098 bytes, and at most 4096 can be typed at once`,
    );
  });

  test('is no longer than the longest text to be typed makes it', () => {
    expect(errorOf(`crash A @ ${' '.repeat(17_000)}1ms`)).toBe(
      `"crash A @ ${' '.repeat(30)}…" is too long: a command has at most ${COMMAND_LENGTH} characters`,
    );
    expect(errorOf(`crash ${'Z'.repeat(300)} @ 1ms`)).toMatch(/^"crash Z{34}…": there is no host/);
  });

  test('never throws, whatever it is', () => {
    const words = fc.constantFrom(
      ...VERBS,
      'A',
      'log',
      'vm',
      'disk',
      '@',
      'when',
      'entry',
      '1',
      '\\',
      '2ms',
      '5%',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(words).map((all) => all.join(' ')),
    );
    fc.assert(
      fc.property(text, (text) => void read(text)),
      { numRuns: 2_000 },
    );
  });
});

describe('targets', () => {
  test('are cables one by one, of a host, and of a kind', () => {
    const { links } = targetsOf(['A', 'B', 'C'], ['client1']);
    expect(Object.keys(links)).toEqual([
      'log',
      'lan',
      'storage',
      'log-A',
      'log-B',
      'log-C',
      'log-A:B',
      'log-A:C',
      'log-B:C',
      'lan-A',
      'lan-B',
      'lan-C',
      'lan-client1',
      'storage-A',
      'storage-B',
      'storage-C',
    ]);
    expect(links.log).toEqual([{ link: 'log-A:B' }, { link: 'log-A:C' }, { link: 'log-B:C' }]);
    expect(links['log-C']).toEqual([
      { link: 'log-A:C', end: 'C' },
      { link: 'log-B:C', end: 'C' },
    ]);
    expect(links.lan?.map(({ end }) => end)).toEqual(['A', 'B', 'C', 'client1']);
  });
});
