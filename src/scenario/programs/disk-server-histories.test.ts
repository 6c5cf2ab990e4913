// The disk's program in random histories: requests, again and again, a medium that fails, and power that goes. What hosts may rely on.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flagIn, type StorageReply, type StorageRequest } from '../../world/net/storage-protocol.ts';
import {
  answers,
  ask,
  BLOCKS,
  bootDisk,
  bytesOf,
  carryOut,
  complete,
  completeAll,
  type DiskHost,
  request,
  wordAt,
} from '../testing/disk-host.ts';

const HOSTS = 3;
/** Fewer than there are slots, so that none is lost. */
const ACTIONS = 30;

const asks = fc.record({
  does: fc.constant('ask' as const),
  kind: fc.constantFrom('read', 'write', 'write', 'flush', 'testAndSet', 'testAndSet' as const),
  host: fc.integer({ min: 1, max: HOSTS }),
  // Some share a word of the flag block.
  generation: fc.constantFrom(1, 2, 65, 66),
  block: fc.integer({ min: 0, max: BLOCKS }),
});
const action = fc.oneof(
  { weight: 6, arbitrary: asks },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('askAgain' as const), which: fc.nat(ACTIONS) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('complete' as const),
      which: fc.nat(ACTIONS),
      fails: fc.nat(7),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('losePower' as const), done: fc.nat() }) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** A disk, and what those around it have seen. */
interface Witness {
  disk: DiskHost;
  /** The n-th has the number n + 1, so no host uses one twice. */
  requests: StorageRequest[];
  /** Since the last loss of power: numbers of what came, and the status that each was answered with. */
  came: Set<number>;
  answered: Map<number, string>;
  /** Numbers of writes that are on the medium, and those that came there since the last loss of power. */
  written: Set<number>;
  writtenNow: Set<number>;
  /** Who was told that it has a generation's flag. */
  winners: Map<number, number>;
}

/** Whether a host was beaten in the request's generation or a later one, and the winner knows. */
const isBeaten = ({ winners }: Witness, { host, generation }: Pick<StorageRequest, 'host' | 'generation'>) =>
  [...winners].some(([each, winner]) => each >= generation && winner !== host);

function carry(witness: Witness, does: Action): void {
  const { disk, requests } = witness;
  if (does.does === 'ask') sendNew(witness, does);
  else if (does.does === 'askAgain') send(witness, requests[does.which % Math.max(1, requests.length)]);
  else if (does.does === 'losePower') losePower(witness, does.done);
  else if (disk.pending.length > 0) {
    const which = does.which % disk.pending.length;
    const ok = does.fails !== 0;
    if (ok) noteWritten(witness, which);
    complete(disk, which, ok);
  }
  for (const reply of answers(witness.disk)) noteAnswer(witness, reply);
}

function sendNew(
  witness: Witness,
  { kind, host, generation, block }: Extract<Action, { does: 'ask' }>,
): void {
  const number = witness.requests.length + 1;
  const bytes = bytesOf([number, ...new Array<number>(127).fill(host)]);
  const place = { block, blocks: 1, ...(kind === 'write' ? { bytes } : {}) };
  const isData = kind === 'read' || kind === 'write';
  witness.requests.push(request({ kind, host, generation, number, ...(isData ? place : {}) }));
  send(witness, witness.requests.at(-1));
}

function send({ disk, came }: Witness, sent: StorageRequest | undefined): void {
  if (sent === undefined) return;
  came.add(sent.number);
  ask(disk, sent);
}

/** What the medium is about to write must be new to it, and of nobody who was beaten. */
function noteWritten(witness: Witness, which: number): void {
  const operation = witness.disk.pending[which];
  if (operation?.kind !== 'diskWrite' || operation.sector === BLOCKS) return;
  const number = operation.bytes[0]!;
  expect(witness.writtenNow.has(number)).toBe(false);
  expect(isBeaten(witness, witness.requests[number - 1]!)).toBe(false);
  witness.written.add(number);
  witness.writtenNow.add(number);
}

/** Some of what the medium was doing is still done. */
function losePower(witness: Witness, done: number): void {
  const { disk } = witness;
  disk.pending.forEach((operation, which) => {
    if (((done >> which) & 1) === 0) return;
    noteWritten(witness, which);
    carryOut(disk, operation);
  });
  witness.disk = bootDisk({ blocks: disk.blocks });
  witness.came.clear();
  witness.answered.clear();
  witness.writtenNow.clear();
}

function noteAnswer(witness: Witness, { kind, host, number, generation, status, bytes }: StorageReply): void {
  const { requests, came, answered, winners, written, disk } = witness;
  const asked = requests[number - 1]!;
  expect([came.has(number), kind, host, generation]).toEqual([
    true,
    asked.kind,
    asked.host,
    asked.generation,
  ]);
  if (kind !== 'read') expect(answered.get(number) ?? status).toBe(status);
  answered.set(number, status);
  if (kind === 'testAndSet') {
    const word = new Uint32Array(disk.blocks.get(BLOCKS)?.buffer ?? new ArrayBuffer(512))[
      64 + (generation % 64)
    ]!;
    const holder = flagIn(disk.blocks.get(BLOCKS), generation);
    const isOver = word >> 8 > generation;
    if (status === 'done') {
      expect(holder === host || isOver).toBe(true);
      expect(winners.get(generation) ?? host).toBe(host);
      winners.set(generation, host);
    } else if (status === 'lost') expect(isOver || (holder !== undefined && holder !== host)).toBe(true);
    return;
  }
  if (kind === 'flush') return;
  if (asked.block >= BLOCKS) expect(['range', 'fenced', 'error']).toContain(status);
  if (kind === 'write' && status === 'done') expect(written.has(number)).toBe(true);
  if (kind === 'read' && status === 'done') {
    expect(isBeaten(witness, asked)).toBe(false);
    expect(bytes).toHaveLength(512);
  }
}

test('whatever hosts ask, whatever fails: nothing is done twice, one host has each flag, and losers are fenced off', () => {
  const statuses = new Set<string>();
  fc.assert(
    fc.property(fc.array(action, { minLength: 10, maxLength: ACTIONS }), (actions) => {
      const witness: Witness = {
        disk: bootDisk(),
        requests: [],
        came: new Set(),
        answered: new Map(),
        written: new Set(),
        writtenNow: new Set(),
        winners: new Map(),
      };
      for (const each of actions) carry(witness, each);
      while (witness.disk.pending.length > 0) carry(witness, { does: 'complete', which: 0, fails: 1 });
      completeAll(witness.disk);
      // Everybody has had an answer, and every slot is free again.
      expect([...witness.came].filter((number) => !witness.answered.has(number))).toEqual([]);
      const busy = [0, 1, 2, 3, 4, 5, 6, 7].filter((n) => wordAt(witness.disk, 'slot_busy', n) !== 0);
      expect(busy).toEqual([]);
      for (const status of witness.answered.values()) statuses.add(status);
    }),
    { numRuns: 60 },
  );
  expect([...statuses].sort()).toEqual(['done', 'error', 'fenced', 'lost', 'range']);
});
