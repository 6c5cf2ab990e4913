// A client in C that gcc built, in a whole world beside one of ours: it asks the counter, also across a failover, and is told what is so.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readMemory } from '../../machine/machine.ts';
import { all, faultsOf, play, type Story } from '../testing/story.ts';

const REQUESTS = 6;
const elf = readFileSync(new URL('../testing/c-client/client.elf', import.meta.url)).toString('base64');

function wordOf({ config, world }: Story, label: string): number {
  const address = config.clients[0]?.image.symbols.get(label) as number;
  return new DataView(readMemory(world.clients[0]!.machine, address, 4).buffer).getUint32(0, true);
}

test.each([
  { commands: [], live: 'A' },
  { commands: ['crash A @ 9ms'], live: 'B' },
])('with $commands it has all its answers, and keeps them', ({ commands, live }) => {
  const story = play({
    clients: [
      { requests: REQUESTS, elf },
      { requests: REQUESTS, startNs: 3_000_000 },
    ],
    commands,
  });
  expect(faultsOf(story, [live], 2 * REQUESTS)).toEqual([]);
  expect(story.report.programs).toEqual([]);
  const told = all(story.facts, 'answered').filter(({ client }) => client === 'client1');
  expect(told.map(({ request }) => request)).toEqual([1, 2, 3, 4, 5, 6]);
  expect([wordOf(story, 'answers_count'), wordOf(story, 'last_value')]).toEqual([
    REQUESTS,
    told.at(-1)?.value,
  ]);
});
