// A machine copied to another host, message by message: what goes out in which, and what is left where it was or comes.

import { describe, expect, test } from 'vitest';
import type { TransferMessage } from '../../ft/messages.ts';
import { own } from '../../ft/own.ts';
import { flipBit, hashMachine } from '../../machine/machine.ts';
import { inOrder } from '../../sim/event-queue.ts';
import type { WorldConfig } from '../base/config.ts';
import { install, takeChanges } from '../state/changed-pages.ts';
import type { Observation } from '../state/observation.ts';
import { blankMachine, createWorld, type Host, type World } from '../state/world.ts';
import { at, hostConfig, worldConfig } from '../testing/worlds.ts';
import { clearMachine, copyRound, installMachine, sendCheckpoint, sendGo, sendState } from './vm-copies.ts';

const OWN_DISKS = { disk: { ...worldConfig().disk, isShared: false } };

/** A pair on A and B and a spare C; A's machine as it is now has been copied already. */
function fixture(said: Partial<WorldConfig> = {}) {
  const hosts = ['A', 'B', 'C'].map((id) => hostConfig(id));
  const world = createWorld(worldConfig({ hosts, clients: [], ramBytes: 256 * 1024, ...said }));
  world.now = at(1_000_000);
  const [a, b, c] = world.hosts as [Host, Host, Host];
  const all = takeChanges(a).pages;
  const facts: Observation[] = [];
  return {
    world,
    a,
    b,
    c,
    facts,
    all,
    see: (fact: Observation) => {
      facts.push(fact);
    },
    /** The guest has written to so many pages, from the second on. */
    poke: (pages: number) => {
      for (let page = 1; page <= pages; page++) flipBit(a.machine, 0x8000_0000 + 4096 * page, 0);
    },
  };
}

const sent = ({ queue }: World): TransferMessage[] =>
  inOrder(queue).flatMap(({ event }) =>
    event.kind === 'arrival' && event.message.kind === 'transfer' ? [event.message.message] : [],
  );

describe('a round', () => {
  const round = { kind: 'copyRound', target: 'C', purpose: 'clone', number: 5, round: 2 } as const;
  const parts = (world: World) =>
    sent(world).map((message) =>
      message.kind === 'pages'
        ? [message.before, message.pages.length, message.blocks.length, message.endsRound]
        : message.kind,
    );

  test('goes in messages of 16 pages, the blocks of the disk with the last', () => {
    const { world, a, facts, see, poke } = fixture(OWN_DISKS);
    poke(33);
    (a.disk as NonNullable<Host['disk']>).blocks[3] = new Uint8Array(512);
    copyRound(world, a, round, see);
    expect(parts(world)).toEqual([
      [0, 16, 0, false],
      [16, 16, 0, false],
      [32, 1, 1, true],
    ]);
    expect(facts).toEqual([
      {
        at: 1_000_000,
        kind: 'cloneRound',
        host: 'A',
        target: 'C',
        round: 2,
        pages: 33,
        bytes: 33 * 4096 + 512,
      },
    ]);
  });

  test('of 16 pages is one message, and so is one of none', () => {
    const { world, a, see, poke } = fixture();
    poke(16);
    copyRound(world, a, round, see);
    copyRound(world, a, round, see);
    expect(parts(world)).toEqual([
      [0, 16, 0, true],
      [0, 0, 0, true],
    ]);
  });
});

test('with the word to begin goes what was typed and done to the VM, for that nobody sends again', () => {
  const { world, a, see } = fixture();
  const typed = { kind: 'console', byte: 65 } as const;
  const done = { kind: 'control', operation: 'share', value: 50 } as const;
  a.deferred.push({ kind: 'timer' }, typed, { kind: 'packet', bytes: new Uint8Array(60) }, done);
  sendGo(world, a, { kind: 'sendGo', target: 'C', number: 5 }, see);
  expect(sent(world)).toEqual([{ kind: 'go', number: 5, deferred: [typed, done] }]);
});

test('a machine that has come is what it was, with its clock; nothing of who ran here before is left', () => {
  const { world, a, c, all, see, poke } = fixture();
  a.guestClockOffset = 700;
  poke(1);
  const state = {
    purpose: 'clone',
    generation: 2,
    peer: 'A',
    vmPercent: 100,
    replica: null,
    pendingIo: [],
  } as const;
  sendState(world, a, { kind: 'sendState', target: 'C', number: 5, state: { ...state, pendingIo: [] } }, see);
  const [message] = sent(world);
  if (message?.kind !== 'state') throw new Error('no state was sent');
  expect(message.pages.map(({ page }) => page)).toEqual([1]);
  occupied(c);
  install(c, [...all, ...message.pages], []);
  installMachine(world, c, message.state);
  expect(c).toMatchObject(FREE);
  expect([hashMachine(c.machine), c.guestClockOffset]).toEqual([hashMachine(a.machine), 700]);
});

/** Somebody runs here. */
function occupied(host: Host): void {
  Object.assign(host, {
    isIdle: true,
    isReading: 'clock',
    stop: { at: at(5), stop: { reason: 'budget' } },
    deferred: [{ kind: 'timer' }],
  });
}
const FREE = { isIdle: false, isReading: null, stop: null, deferred: [] };

describe('an empty machine', () => {
  test.each([true, false])('stands here, and waits for nothing; so is the host’s own disk: %s', (disk) => {
    const { world, a } = fixture(OWN_DISKS);
    occupied(a);
    clearMachine(world, a, { disk });
    expect(a).toMatchObject(FREE);
    expect(hashMachine(a.machine)).toBe(hashMachine(blankMachine(world.config)));
    expect(Object.keys(a.disk?.blocks ?? {})).toEqual(disk ? [] : ['7']);
    expect(a.disk?.id).toBe('disk-A');
  });

  test('has no disk where the disk is shared', () => {
    const { world, a } = fixture();
    clearMachine(world, a, { disk: true });
    expect(a.disk).toBeNull();
  });
});

test('a checkpoint is for the other half of the pair, if there is one', () => {
  const { world, a, see } = fixture();
  const message = { kind: 'checkpointReceived', generation: 1, epoch: 1 } as const;
  sendCheckpoint(world, a, message, see);
  own(a).peer = null;
  sendCheckpoint(world, a, message, see);
  expect(inOrder(world.queue)).toMatchObject([{ event: { link: 'log-A:B', message: { message } } }]);
});
