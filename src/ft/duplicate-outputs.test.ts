// Bytes for the console that were acknowledged: kept by the backup until they have left, and given by the new primary.
import { describe, expect, test } from 'vitest';
import { START } from '../sim/time.ts';
import { consoleReleased, keepForConsole } from './duplicate-outputs.ts';
import type { Effect } from './effects.ts';
import type { ConsoleOutput } from './entry.ts';
import { beat } from './failure-detection.ts';
import { goLive } from './going-live.ts';
import { drop, produceOutput, releaseAcknowledged } from './output-rule.ts';
import { outputEntry } from './recording.ts';
import { matchOutput } from './replaying.ts';
import type { HeldOutput, Replica } from './replica.ts';
import { backup, CONFIG, count, endOf, packet, primary, sent } from './testing/replicas.ts';

const byte = (number: number): ConsoleOutput => ({ kind: 'console', byte: 0x40 + number, number });
const held = (number: number): HeldOutput => ({
  sequence: number,
  instruction: count(number),
  output: byte(number),
  producedAt: START,
});
const released = (out: readonly Effect[]) =>
  out.flatMap((effect) =>
    effect.kind === 'releaseOutput' && effect.held.output.kind === 'console'
      ? [effect.held.output.number]
      : [],
  );
/** A backup whose machine has sent so many bytes and met them in the log. */
function replayed(bytes: number): Replica {
  const replica = backup();
  for (let number = 1; number <= bytes; number++) {
    produceOutput(replica, CONFIG, byte(number), count(number), START, []);
    const entry = { ...outputEntry(byte(number)), sequence: number, instruction: count(number) };
    const met = matchOutput(replica, CONFIG, entry);
    if (met === undefined) throw new Error('The log has another output.');
    drop(replica, met, []);
  }
  return replica;
}

describe('a primary', () => {
  test('says with its heartbeats how many bytes have left', () => {
    const replica = primary();
    const beats = (): (number | undefined)[] => {
      const out: Effect[] = [];
      beat(endOf(replica), CONFIG, out);
      return sent(out, 'heartbeat').map((message) => message.released);
    };
    for (const number of [1, 2, 3]) produceOutput(replica, CONFIG, byte(number), count(number), START, []);
    expect(beats()).toEqual([0]);
    replica.sender.ackedThrough = 2;
    releaseAcknowledged(replica, CONFIG, []);
    expect(beats()).toEqual([2]);
  });
});

describe('a backup', () => {
  test('keeps what it drops until it has left, and gives the rest when it goes live, in order', () => {
    const replica = replayed(4);
    consoleReleased(replica, 2);
    const out: Effect[] = [];
    goLive(replica, CONFIG, out);
    expect(released(out)).toEqual([3, 4]);
    // Nobody has a copy of what leaves now.
    expect(out).toContainEqual({ kind: 'releaseOutput', held: held(4), acked: 0, isProtected: false });
    expect(replica.console).toEqual({ released: 4, kept: [] });
  });

  test('keeps a byte once, of which two checkpoints tell', () => {
    const replica = backup();
    for (const number of [1, 2, 3, 3, 2, 4]) keepForConsole(replica, held(number));
    expect(replica.console.kept.map(({ output }) => output.number)).toEqual([1, 2, 3, 4]);
  });

  test('gives what its log has before what replay has produced beyond it', () => {
    const replica = replayed(1);
    produceOutput(replica, CONFIG, byte(2), count(9), START, []);
    const out: Effect[] = [];
    goLive(replica, CONFIG, out);
    expect(released(out)).toEqual([1, 2]);
  });

  test.each(['drop', 'send'] as const)('gives the last one once, where others are to %s', (lastOutput) => {
    const replica = replayed(1);
    replica.receiver.receivedThrough = 1;
    const out: Effect[] = [];
    goLive(replica, { ...CONFIG, lastOutput }, out);
    expect(released(out)).toEqual([1]);
  });

  test('is not put back by an older heartbeat, and keeps nothing that has left, and nothing but bytes', () => {
    const replica = replayed(3);
    consoleReleased(replica, 3);
    consoleReleased(replica, 1);
    for (const number of [2, 3]) keepForConsole(replica, held(number));
    keepForConsole(replica, { ...held(5), output: packet(1) });
    expect(replica.console).toEqual({ released: 3, kept: [] });
  });
});
