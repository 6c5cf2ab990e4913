// One row a kind of fact: how much it matters, which steps stop at it, where the timeline shows it, whom it is about, how it is told.

import type { FactKind, FactRow } from './fact-shape.ts';
import {
  ASKED,
  entryNumbers,
  haltSentence,
  haltValues,
  isLog,
  MISBEHAVED,
  outputKind,
  outputNumbers,
  outputValues,
  quoted,
  valueIn,
  verbOf,
} from './fact-words.ts';

/** Every kind has its row: the compiler refuses a kind without one, and the tests of the texts a row without its words. */
export const FACTS: { readonly [K in FactKind]: FactRow<K> } = {
  started: { weight: 1, lane: null, told: (_, guest) => ({ guest }) },
  violated: {
    weight: 1,
    lane: 'properties',
    isFailure: true,
    what: ({ property }) => property,
    told: ['property', 'section'],
  },
  commanded: {
    weight: 1,
    lane: 'marks',
    what: ({ command, why }) => (why === undefined ? verbOf(command) : 'inVain'),
    told: ({ command, why }) => {
      if (why !== undefined) return { ...why.values, command: quoted(command), refusal: why.reason };
      return verbOf(command) in ASKED ? { text: quoted(valueIn(command)) } : undefined;
    },
    sentences: {
      keys: ['commandedInVain', ...Object.values(ASKED)],
      of: ({ command, why }) => (why === undefined ? (ASKED[verbOf(command)] ?? '') : 'commandedInVain'),
    },
  },

  // Faults, and what puts them right.
  hostCrashed: { weight: 1, lane: 'marks', isFailure: true, told: ['host'] },
  hostRepaired: { weight: 1, lane: 'marks', told: ['host'] },
  hostPaused: { weight: 1, lane: 'marks', isFailure: true, told: ['host'] },
  hostResumed: { weight: 1, lane: 'marks', told: ['host'] },
  hostSlowed: {
    weight: 1,
    lane: 'marks',
    isFailure: (what) => what === 'slow',
    what: ({ percent }) => (percent < 100 ? 'slow' : 'full'),
    told: ['host', 'percent'],
  },
  bitFlipped: { weight: 1, lane: 'marks', isFailure: true, told: ['host', 'address', 'bit'] },
  clientCrashed: { weight: 1, lane: 'marks', isFailure: true, told: ['client'] },
  clientRepaired: { weight: 1, lane: 'marks', told: ['client'] },
  clientPoisoned: { weight: 1, lane: 'marks', isFailure: true, told: ['client'] },
  linkCut: {
    weight: 1,
    lane: 'marks',
    isFailure: true,
    told: ['link', 'way'],
    sentences: {
      keys: ['linkCut', 'linkCutIn', 'linkCutOut'],
      of: ({ way }) => (way === undefined ? 'linkCut' : way === 'in' ? 'linkCutIn' : 'linkCutOut'),
    },
  },
  linkMended: { weight: 1, lane: 'marks', told: ['link'] },
  linkImpaired: {
    weight: 1,
    lane: 'marks',
    isFailure: (what) => what === 'impaired',
    what: ({ loss, duplication, reordering, delay }) =>
      loss + duplication + reordering + delay > 0 ? 'impaired' : 'clear',
    told: ({ link, loss, duplication, reordering, delay }) => ({
      link,
      loss,
      duplication,
      reordering,
      delayNs: delay,
    }),
  },
  // Of a log that is cut each heartbeat is lost.
  frameLost: {
    weight: (link) => (isLog(link) ? 3 : 2),
    lane: null,
    what: ({ reason }) => reason,
    told: ['link'],
  },
  frameDuplicated: { weight: 3, lane: null, told: ['link'] },
  frameReordered: { weight: 3, lane: null, told: ['link'] },
  diskCrashed: { weight: 1, lane: 'marks', isFailure: true, who: () => 'disk', told: [] },
  diskRepaired: { weight: 1, lane: 'marks', who: () => 'disk', told: [] },
  diskImpaired: {
    weight: 1,
    lane: 'marks',
    isFailure: (what) => what === 'impaired',
    who: () => 'disk',
    what: ({ reads, writes, full }) => (reads || writes || full ? 'impaired' : 'clear'),
    told: ['reads', 'writes', 'full'],
  },

  // The pair and its log.
  paired: {
    weight: 1,
    lane: 'marks',
    who: ({ primary }) => primary,
    // The first pair is there from the start.
    told: ({ generation, primary, backup }) =>
      generation === 1 ? undefined : { generation, primary, backup },
  },
  recorded: {
    weight: 3,
    lane: 'entries',
    unit: 'entry',
    what: ({ entry }) => entry,
    numbers: entryNumbers,
    told: ['sequence', 'entry', 'output', 'instruction'],
  },
  replayed: { weight: 3, lane: 'lag', unit: 'entry', what: ({ entry }) => entry, numbers: entryNumbers },
  sent: {
    weight: 3,
    lane: null,
    unit: 'packet',
    what: ({ message }) => message,
    numbers: ({ first = 0, last = 0, generation }) => [first, last, generation],
  },
  received: {
    weight: 3,
    lane: null,
    unit: 'packet',
    numbers: ({ first, last, generation }) => [first, last, generation],
  },
  acked: {
    weight: 3,
    lane: 'fill',
    numbers: ({ through, executed, generation }) => [through, executed, generation],
    told: ['through'],
  },
  resent: { weight: 3, lane: null },
  sendBufferFull: { weight: 2, lane: 'fill', told: ['host'] },
  sendBufferDrained: { weight: 2, lane: 'fill', told: ['host'] },
  paced: {
    weight: 2,
    lane: 'lag',
    numbers: ({ percent, lag }) => [percent, lag, 0],
    told: ({ host, percent, lag }) => ({ host, percent, lagNs: lag }),
  },
  diverged: { weight: 1, lane: 'marks', isFailure: true, told: ['host', 'sequence', 'instruction'] },

  // Outputs at the gate.
  outputHeld: {
    weight: 2,
    lane: 'gate',
    unit: 'output',
    what: outputKind,
    numbers: outputNumbers,
    told: ({ output }) => outputValues(output),
  },
  outputReleased: {
    weight: 2,
    lane: 'gate',
    unit: 'output',
    what: outputKind,
    numbers: outputNumbers,
    told: ({ output, waited }) => ({ ...outputValues(output), waitedNs: waited }),
    sentences: {
      keys: ['outputReleased', 'outputReleasedSolo', 'outputReleasedUnwaited'],
      of: ({ output, waited }) => {
        // Where nothing is logged it leaves at once; else behind its ack, or without one although there is a backup.
        if (output.sequence === 0) return 'outputReleasedSolo';
        return waited === 0 ? 'outputReleasedUnwaited' : 'outputReleased';
      },
    },
  },
  outputDropped: {
    weight: 2,
    lane: 'gate',
    unit: 'output',
    what: outputKind,
    numbers: outputNumbers,
    told: ({ output, host }) => ({ ...outputValues(output), host }),
  },

  // Storage.
  ioStarted: { weight: 3, lane: null, what: ({ operation }) => operation },
  ioIssued: { weight: 3, lane: null },
  ioCompleted: { weight: 3, lane: null },
  storageArrived: { weight: 3, lane: null, numbers: ({ io, generation }) => [io, generation, 0] },
  ioReissued: { weight: 1, lane: 'pair', told: ['host', 'count'] },
  ioSerialized: { weight: 2, lane: null, told: ['host', 'io', 'behind'] },
  memoryChanged: { weight: 2, lane: null, told: ['host', 'device', 'instruction'] },
  diskWritten: { weight: 2, lane: null, told: ['block', 'value', 'host'] },
  diskRead: { weight: 2, lane: null, told: ['block', 'host'] },
  diskFailed: {
    weight: 2,
    lane: null,
    isFailure: true,
    what: ({ reason }) => reason,
    told: ({ block, host, reason }) => ({ block, host, why: reason }),
  },
  diskFenced: { weight: 2, lane: null, told: ['block', 'host'] },
  flagAnswered: {
    weight: 2,
    lane: null,
    numbers: ({ generation }) => [generation, 0, 0],
    told: ['host', 'generation'],
    sentences: {
      keys: ['flagGiven', 'flagRefused'],
      of: ({ isWon }) => (isWon ? 'flagGiven' : 'flagRefused'),
    },
  },

  // A failure, from the silence to a live machine.
  suspected: {
    weight: 1,
    lane: 'marks',
    isFailure: true,
    told: ({ host, of, silence }) => ({ host, of, silenceNs: silence }),
    sentences: {
      keys: ['suspected', 'suspectedThoughItRuns'],
      of: ({ runs }) => (runs ? 'suspectedThoughItRuns' : 'suspected'),
    },
  },
  // Asked again and again while the storage does not answer.
  testAndSetSent: { weight: 2, lane: 'pair', told: ['host', 'generation'] },
  testAndSetWon: { weight: 1, lane: 'marks', told: ['host', 'generation'] },
  testAndSetLost: { weight: 1, lane: 'marks', told: ['host', 'generation'] },
  draining: { weight: 1, lane: 'pair', told: ['host', 'entries'] },
  wentLive: {
    weight: 1,
    lane: 'marks',
    told: ({ host, instruction, silence }) => ({ host, instruction, afterNs: silence }),
  },
  wentSolo: { weight: 1, lane: 'marks', told: ['host'] },
  // Again now and then, as long as a host acts.
  macAnnounced: { weight: 2, lane: 'pair', told: ['host'] },
  macMoved: { weight: 1, lane: 'pair', who: ({ port }) => port, told: ({ port }) => ({ host: port }) },
  halted: {
    weight: 1,
    lane: 'marks',
    // Who is switched off on purpose, or has come to its end, has not failed.
    isFailure: (what) => what !== 'poweredOff' && what !== 'guestExit',
    what: ({ reason, code = 0 }) => (reason === 'guestExit' && code !== 0 ? 'guestFailed' : reason),
    told: haltValues,
    sentences: { keys: ['halted', 'guestExited', 'guestStuck', 'guestTrapped'], of: haltSentence },
  },

  // Redundancy again, and what an administrator does.
  backupRequested: { weight: 1, lane: 'pair', told: ['host'] },
  backupChosen: { weight: 1, lane: 'pair', told: ['host', 'target'] },
  noHostFits: { weight: 1, lane: 'pair', told: ['host'] },
  cloneStarted: { weight: 1, lane: 'marks', told: ['host', 'target', 'generation'] },
  cloneRound: {
    weight: 2,
    lane: 'pair',
    numbers: ({ round, pages, bytes }) => [round, pages, bytes],
    told: ['host', 'target', 'round', 'pages', 'bytes'],
  },
  clonePaused: { weight: 1, lane: 'pair', told: ['host'] },
  cloneFinished: {
    weight: 1,
    lane: 'pair',
    told: ({ host, target, pause }) => ({ host, target, pauseNs: pause }),
  },
  cloneAbandoned: { weight: 1, lane: 'marks', isFailure: true, told: ['host', 'target'] },
  migrationStarted: {
    weight: 1,
    lane: 'marks',
    who: ({ from }) => from,
    what: ({ machine }) => machine,
    told: ['machine', 'from', 'to'],
  },
  ioQuiesced: { weight: 2, lane: 'pair', told: ['host'] },
  migrationFinished: {
    weight: 1,
    lane: 'marks',
    who: ({ to }) => to,
    what: ({ machine }) => machine,
    told: ['machine', 'from', 'to'],
  },
  poweredOff: { weight: 1, lane: 'marks', told: ['host'] },
  resourcesChanged: { weight: 1, lane: 'marks', told: ['host', 'percent'] },
  typed: { weight: 3, lane: null, told: ['host', 'byte'] },

  // The epochs of checkpointing.
  checkpointTaken: {
    weight: 2,
    lane: null,
    told: ({ host, epoch, pages, bytes, pause }) => ({ host, epoch, pages, bytes, pauseNs: pause }),
  },
  checkpointReceived: { weight: 3, lane: null, told: ['host', 'epoch'] },
  rolledBack: { weight: 1, lane: 'marks', told: ['host', 'epoch', 'instruction'] },

  // Clients.
  requestSent: {
    weight: 2,
    lane: 'clients',
    unit: 'packet',
    what: ({ tries, operation }) => (tries > 1 ? 'again' : operation),
    numbers: ({ request, tries }) => [request, tries, 0],
    told: ({ client, request, operation, tries }) =>
      tries === 1 ? { client, request, operation } : { client, request, tries },
    sentences: {
      keys: ['requestSent', 'requestRetried'],
      of: ({ tries }) => (tries === 1 ? 'requestSent' : 'requestRetried'),
    },
  },
  requestArrived: {
    weight: 2,
    lane: 'clients',
    unit: 'packet',
    numbers: ({ request }) => [request, 0, 0],
    told: ['client', 'request', 'host'],
  },
  answered: {
    weight: 2,
    lane: 'clients',
    unit: 'packet',
    numbers: ({ request, value, status }) => [request, value, status],
    told: ['client', 'request', 'value'],
  },
  answeredAgain: {
    weight: 2,
    lane: 'clients',
    unit: 'packet',
    numbers: ({ request, value }) => [request, value, 0],
    told: ['client', 'request', 'value'],
  },
  answeredLate: {
    weight: 2,
    lane: 'clients',
    unit: 'packet',
    numbers: ({ request, value }) => [request, value, 0],
    told: ['client', 'request', 'value'],
  },
  misbehaved: {
    weight: 1,
    lane: 'marks',
    who: ({ host }) => host,
    what: ({ how }) => how,
    told: ['host', 'how'],
    sentences: {
      keys: [
        'misbehavedAgain',
        'misbehavedSkipped',
        'misbehavedEarly',
        'misbehavedChanged',
        'misbehavedNonsense',
        'misbehavedFlood',
        'misbehavedUnasked',
        'misbehavedUndone',
        'misbehavedAltered',
      ],
      of: ({ how }) => MISBEHAVED[how],
    },
  },
  programEnded: {
    weight: 1,
    lane: 'marks',
    isFailure: true,
    numbers: ({ code = 0, address = 0, cause = 0 }) => [code, address, cause],
    told: ['host', 'code', 'address', 'cause'],
    sentences: {
      keys: ['programExited', 'programStuck'],
      of: ({ code }) => (code === undefined ? 'programStuck' : 'programExited'),
    },
  },
};

export const FACT_KINDS = Object.keys(FACTS) as FactKind[];

export const isFactKind = (name: string): name is FactKind => Object.hasOwn(FACTS, name);
