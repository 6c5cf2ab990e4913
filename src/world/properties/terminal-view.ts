// I26, §2.2, as the terminal sees it: the console shows what one machine that never failed would have sent, each byte once and in its place.

import type { HostId } from '../base/config.ts';
import type { Observation, OutputFacts } from '../state/observation.ts';
import { type Contradiction, type FactReference, type Property, referTo, type Verdict } from './property.ts';

/** How many bytes are remembered, to compare one that comes again after a failover. */
const REMEMBERED = 256;

interface Held {
  host: HostId;
  sequence: number;
  number: number;
}

interface Memory {
  /** Bytes shown, which is the number of the last one; the last bytes themselves, by number. */
  shown: number;
  bytes: { number: number; digest: string }[];
  /** What a primary has logged and holds: its entry and number. */
  held: Held[];
  /** After this instant so many bytes must have been shown, because of that fact. */
  due: { after: number; number: number; because: FactReference } | null;
}

/** Another host's machine acts for the VM from here on: what its log has of the console may have been shown, or has to be. */
function takeOver(memory: Memory, fact: Extract<Observation, { kind: 'wentLive' }>): void {
  promise(memory, fact, ({ sequence }) => sequence <= fact.received);
}

/** The machine executes nothing more on purpose: everything that it has sent has to be shown. */
function endVm(memory: Memory, fact: Extract<Observation, { kind: 'halted' }>): void {
  promise(memory, fact, ({ host }) => host === fact.host);
}

/** Of what is held, this has to be shown. */
function promise(memory: Memory, fact: Observation, isDue: (held: Held) => boolean): void {
  const number = memory.held.filter(isDue).reduce((last, held) => Math.max(last, held.number), 0);
  memory.held = [];
  if (number > memory.shown) memory.due = { after: fact.at, number, because: referTo(fact) };
}

const isEnding = (reason: string): boolean =>
  reason === 'guestExit' || reason === 'guestStuck' || reason === 'poweredOff';

export const terminalView: Property<Memory> = {
  id: 'I26',
  name: 'Terminal view',
  section: '§2.2',
  scope: 'always',
  begin: () => ({ shown: 0, bytes: [], held: [], due: null }),
  check(memory, fact) {
    const { due } = memory;
    if (due !== null && fact.at > due.after) {
      memory.due = null;
      if (memory.shown < due.number) return missing(memory.shown + 1, due.because);
    }
    switch (fact.kind) {
      case 'paired':
        memory.held = [];
        return undefined;
      case 'outputHeld': {
        const { sequence, number } = fact.output;
        if (number !== undefined) memory.held.push({ host: fact.host, sequence, number });
        return undefined;
      }
      case 'outputReleased':
        return fact.output.number === undefined ? undefined : show(memory, fact.output, fact.output.number);
      case 'wentLive':
        takeOver(memory, fact);
        return undefined;
      case 'halted':
        if (isEnding(fact.reason)) endVm(memory, fact);
        return undefined;
      default:
        return undefined;
    }
  },
};

function show(memory: Memory, { digest }: OutputFacts, number: number): Verdict {
  const { bytes, shown, held } = memory;
  if (number <= shown) {
    const before = bytes.find((each) => each.number === number);
    return before === undefined || before.digest === digest
      ? undefined
      : { key: 'consoleDiffers', values: { number } };
  }
  memory.shown = number;
  bytes.push({ number, digest });
  if (bytes.length > REMEMBERED) bytes.shift();
  // In the order in which they were sent, but when two hosts act: then what stays behind another is no longer waited for either.
  while (held[0] !== undefined && held[0].number <= number) held.shift();
  return number === shown + 1 ? 'holds' : missing(shown + 1, null);
}

const missing = (number: number, against: FactReference | null): Contradiction => ({
  key: 'consoleMissing',
  values: { number },
  against,
});
