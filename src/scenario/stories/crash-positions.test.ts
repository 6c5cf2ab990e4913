// A primary that dies at each place with respect to one request, exactly: what its backup had, what the client saw, what came of it.
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../world/state/observation.ts';
import { all, counted, faultsOf, play, type Story } from '../testing/story.ts';

const REQUESTS = 10;
const said = { clients: [{ requests: REQUESTS }] };

// With one client each request is one packet, one write and one reply. The guest reads the disk once when it boots.
const REQUEST = 5;
const PACKET = `packet entry ${REQUEST}`;
const WRITE_OUTPUT = 2 * REQUEST - 1;
const REPLY_OUTPUT = 2 * REQUEST;

type Entry = Extract<Observation, { kind: 'recorded' }>['entry'];

/** The sequence number of the n-th entry of a kind when nothing goes wrong. */
function sequenceOf(story: Story, entry: Entry, nth: number): number {
  return all(story.facts, 'recorded').filter((fact) => fact.entry === entry)[nth - 1]?.sequence as number;
}

/** The last entry of generation 1 that B has received. */
const receivedThrough = (story: Story): number =>
  Math.max(0, ...all(story.facts, 'received').flatMap((fact) => (fact.generation === 1 ? [fact.last] : [])));

function crashWhen(condition: string): Story & { crashed: number } {
  const story = play({ ...said, commands: [`crash A @ when ${condition}`] });
  return { ...story, crashed: story.facts.findIndex(({ kind }) => kind === 'hostCrashed') };
}

const isFor = (fact: Observation, request: number): boolean => 'request' in fact && fact.request === request;

const reference = play(said);
const input = sequenceOf(reference, 'packet', REQUEST);
const write = sequenceOf(reference, 'output', WRITE_OUTPUT);
const completion = sequenceOf(reference, 'diskCompletion', REQUEST + 1);
const reply = sequenceOf(reference, 'output', REPLY_OUTPUT);

test('a request is logged as its packet, its write, the write’s completion and its reply', () => {
  expect(faultsOf(reference, ['A'], REQUESTS)).toEqual([]);
  const order = [input, write, completion, reply];
  expect(order.every(Number.isInteger)).toBe(true);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(
    all(reference.facts, 'outputHeld')
      .slice(WRITE_OUTPUT - 1, REPLY_OUTPUT)
      .map(({ output }) => output.kind),
  ).toEqual(['diskWrite', 'packet']);
});

interface Outcome {
  /** Entries that B had in the end, as far as these, and the first that it had not. */
  has: number;
  lacks: number;
  sawReply: boolean;
  asksAgain: boolean;
}

const NOTHING: Outcome = { has: 0, lacks: input, sawReply: false, asksAgain: true };
// B goes live before the output, and sends it itself.
const INPUT: Outcome = { has: input, lacks: reply, sawReply: false, asksAgain: false };
const WRITE: Outcome = { has: write, lacks: completion, sawReply: false, asksAgain: false };
// B has discarded the reply in replay.
const ALL: Outcome = { has: reply, lacks: reply + 1_000, sawReply: false, asksAgain: true };

const POSITIONS: [string, string, Outcome][] = [
  ['1', `request ${REQUEST} of client1 arrived`, NOTHING],
  ['2', `${PACKET} recorded`, NOTHING],
  ['2', `${PACKET} sent`, NOTHING],
  // So soon behind the packet that neither has left.
  ['2', `output entry ${WRITE_OUTPUT} sent`, NOTHING],
  ['3', `${PACKET} received`, INPUT],
  ['3', `output entry ${REPLY_OUTPUT} sent`, INPUT],
  ['4, of the write', `output entry ${WRITE_OUTPUT} received`, WRITE],
  ['4', `output entry ${REPLY_OUTPUT} received`, ALL],
  ['5, of the write', `output entry ${WRITE_OUTPUT} acked`, WRITE],
  ['5', `output entry ${REPLY_OUTPUT} acked`, ALL],
  ['5', `output ${REPLY_OUTPUT} released`, ALL],
  ['6', `request ${REQUEST} of client1 answered`, { ...ALL, sawReply: true, asksAgain: false }],
  ['7', `write ${REQUEST} issued`, WRITE],
  ['7', `write ${REQUEST} done`, WRITE],
  ['7', `write ${REQUEST} completed`, WRITE],
  // The reply's entry is on its way by then.
  ['8', `disk entry ${REQUEST + 1} received`, ALL],
];

describe('a primary that dies at position', () => {
  test.each(POSITIONS)('%s: when %s', (_, condition, { has, lacks, sawReply, asksAgain }) => {
    const story = crashWhen(condition);
    const { facts, crashed } = story;
    expect(facts[crashed + 1]).toEqual({ at: facts[crashed]?.at, kind: 'commanded', command: 'crash A' });
    // Nothing that A does comes behind.
    expect(
      facts
        .slice(crashed + 2)
        .filter((fact) => 'host' in fact && fact.host === 'A' && fact.kind !== 'diskWritten'),
    ).toEqual([]);
    expect(receivedThrough(story)).toBeGreaterThanOrEqual(has);
    expect(receivedThrough(story)).toBeLessThan(lacks);
    const answered = facts.findIndex((fact) => fact.kind === 'answered' && isFor(fact, REQUEST));
    expect(answered >= 0 && answered < crashed).toBe(sawReply);
    const tries = all(facts, 'requestSent').filter((fact) => isFor(fact, REQUEST)).length;
    expect(tries > 1).toBe(asksAgain);
    expect(faultsOf(story, ['B'], REQUESTS)).toEqual([]);
  });

  test('9: its backup dies instead, and it goes on alone', () => {
    const story = play({ ...said, commands: [`crash B @ when ${PACKET} received`] });
    expect(faultsOf(story, ['A'], REQUESTS)).toEqual([]);
    expect(all(story.facts, 'wentSolo')).toHaveLength(1);
  });

  test('10: its backup is dead already, and that is one failure too many', () => {
    const story = play(
      { ...said, commands: [`crash B @ when ${PACKET} received`, 'crash A @ when A solo'] },
      300e6 as never,
    );
    expect(story.world.hosts.map(({ isAlive }) => isAlive)).toEqual([false, false]);
    expect(all(story.facts, 'answered').length).toBeLessThan(REQUESTS);
    expect(counted(REQUESTS)).toEqual(
      expect.arrayContaining(all(story.facts, 'answered').map(({ value }) => value)),
    );
  });
});

describe('with the last output of the log sent instead of dropped', () => {
  const sent = (condition: string): Story => {
    const commands = [`crash A @ when ${condition}`];
    return play({ ...said, replication: { lastOutput: 'send' }, commands });
  };

  test.each([
    ['4', `output entry ${REPLY_OUTPUT} received`],
    ['5', `output entry ${REPLY_OUTPUT} acked`],
    ['5', `output ${REPLY_OUTPUT} released`],
  ])('%s: when %s, the client has its reply without asking again', (_, condition) => {
    const story = sent(condition);
    expect(faultsOf(story, ['B'], REQUESTS)).toEqual([]);
    expect(all(story.facts, 'requestSent').filter((fact) => isFor(fact, REQUEST))).toHaveLength(1);
    const replies = all(story.facts, 'outputReleased').filter(({ output }) => output.request === REQUEST);
    expect(replies.map(({ host }) => host)).toContain('B');
  });

  test('6: when it was seen already, the world sees it twice and knows it again', () => {
    const story = sent(`request ${REQUEST} of client1 answered`);
    expect(faultsOf(story, ['B'], REQUESTS)).toEqual([]);
    expect(all(story.facts, 'answered').filter((fact) => isFor(fact, REQUEST))).toHaveLength(1);
  });

  test.each([
    ['1', `request ${REQUEST} of client1 arrived`],
    ['3', `${PACKET} received`],
    ['4, of the write', `output entry ${WRITE_OUTPUT} received`],
    ['7', `write ${REQUEST} issued`],
    ['7', `write ${REQUEST} done`],
    ['8', `disk entry ${REQUEST + 1} received`],
  ])('%s: when %s, all is as ever', (_, condition) => {
    expect(faultsOf(sent(condition), ['B'], REQUESTS)).toEqual([]);
  });
});
