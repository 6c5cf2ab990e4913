// The scenario document, version 1: every field with its unit, bounds and default. Published as public/scenario.schema.json.
import * as v from 'valibot';
import { COMMAND_LENGTH } from '../world/language/faults.ts';
import { SERVICES } from '../world/services/index.ts';
import {
  choice,
  flag,
  formed,
  list,
  multiple,
  nanoseconds,
  record,
  rule,
  section,
  text,
  whole,
} from './fields.ts';
import { GUESTS } from './guests/index.ts';

const MICROSECOND = 1_000;
const MILLISECOND = 1_000_000;
const SECOND = 1_000_000_000;
const HOUR = 3600 * SECOND;
/** More steps than one nanosecond of any run has. */
const STEPS_MAX = 1_000_000;
const KIB = 1024;
const MIB = 1024 * KIB;

const NAME = /^[A-Za-z][A-Za-z0-9-]{0,15}$/;
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const HASH = /^[0-9a-f]{32}$/;
const BLOCK_NUMBER = /^(0|[1-9][0-9]{0,6})$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const BLOCK_BYTES = /^([0-9a-f]{2}){1,512}$/;

export const CLIENTS_MAX = 8;
const SPARES_MAX = 2;

/** A program that somebody wrote or brought: as much as a link can carry. */
export const SOURCE_CHARACTERS_MAX = 64 * KIB;
export const PROGRAM_BYTES_MAX = 256 * KIB;

/** A program of somebody's own, in place of `instead`. */
const ownProgram = (instead: string) => ({
  source: v.exactOptional(
    text(
      `A whole program in assembly that runs in place of ${instead}. It may include the kernel's files.`,
      SOURCE_CHARACTERS_MAX,
    ),
  ),
  elf: v.exactOptional(
    v.pipe(
      text(
        `An ELF executable, or a flat image for 0x80000000, that runs in place of ${instead}: in base64.`,
        4 * Math.ceil(PROGRAM_BYTES_MAX / 3),
      ),
      v.regex(BASE64, 'has to be bytes in base64'),
    ),
  ),
});

const guest = section({
  program: v.optional(choice('The guest program.', Object.keys(GUESTS)), 'counter'),
  timerHz: v.optional(
    whole('How often the timer interrupts the guest.', 'interrupts a second', 1, 10_000),
    250,
  ),
  ...ownProgram('the named one, whose clients and disk it serves'),
});

const machine = section({
  ramBytes: v.optional(multiple('RAM.', 'bytes', 64 * KIB, 128 * MIB, 4 * KIB), 256 * KIB),
  instructionsPerSecond: v.optional(
    whole(
      'Speed of a machine. An instruction takes the nearest picosecond.',
      'instructions a second',
      1_000,
      4_000_000_000,
    ),
    20_000_000,
  ),
  harts: v.optional(
    whole('Processors. With two their interleaving is in no log, and the machines diverge (§1).', '', 1, 2),
    1,
  ),
});

const replication = section({
  mode: v.optional(
    choice(
      'How the VM is protected: as the paper has it; not at all; by checkpoints; by shipping operations (§6).',
      ['ft', 'none', 'checkpoint', 'operations'],
    ),
    'ft',
  ),
  epochNs: v.optional(
    nanoseconds('Length of an epoch of checkpointing.', 100 * MICROSECOND, 10 * SECOND),
    5 * MILLISECOND,
  ),
  copyNsPerPage: v.optional(
    nanoseconds('How long the VM stands still for each page that a checkpoint copies.', 0, MILLISECOND),
    2 * MICROSECOND,
  ),
  backupReads: v.optional(
    flag('§4.2: the backup reads the disk itself, and the log leaves the data out.'),
    false,
  ),
  lastOutput: v.optional(
    choice(
      'What becomes of an output whose entry is the last of the log when the backup goes live: nobody knows whether the world has seen it.',
      ['drop', 'send'],
    ),
    'drop',
  ),
});

const pacing = section({
  intervalNs: v.optional(
    nanoseconds('How often the lag is looked at (§3.2).', 100 * MICROSECOND, 10 * SECOND),
    5 * MILLISECOND,
  ),
  lagNs: v.optional(
    nanoseconds('From this lag on the primary gets less CPU.', 100 * MICROSECOND, 60 * SECOND),
    8 * MILLISECOND,
  ),
  stepPercent: v.optional(whole('How much less, or again more, at a time.', 'percent', 1, 50), 3),
});

const network = section({
  groupPackets: v.optional(whole('Packets that share an interrupt (§3.5).', 'packets', 1, 64), 1),
  groupNs: v.optional(
    nanoseconds('How long the first of them waits for the others.', 0, SECOND),
    50 * MICROSECOND,
  ),
});

const cluster = section({
  decisionNs: v.optional(
    nanoseconds('Until the cluster service has picked a host (§3.1).', MICROSECOND, 60 * SECOND),
    2 * MILLISECOND,
  ),
  retryNs: v.optional(
    nanoseconds('Until it looks again when no host fits.', 100 * MICROSECOND, 60 * SECOND),
    10 * MILLISECOND,
  ),
});

const vmotion = section({
  rounds: v.optional(
    whole('Rounds of FT VMotion before the VM stands still for the rest (§3.1).', 'rounds', 1, 100),
    8,
  ),
  finalPages: v.optional(
    whole('So few changed pages are copied while it stands still.', 'pages', 0, 65_536),
    8,
  ),
});

/** The two hosts differ in their defaults, as no two computers are alike. */
const host = (id: string, clockOffsetNs: number, clockDriftPpm: number) =>
  record({
    id: v.optional(
      formed(
        'Its name in commands.',
        NAME,
        'a name of at most 16 letters, digits and hyphens that begins with a letter',
      ),
      id,
    ),
    // Half at most: an instruction has to take some time.
    speedNoisePpm: v.optional(
      whole('How much slower or faster a stretch of execution may be.', 'parts per million', 0, 500_000),
      20_000,
    ),
    clockOffsetNs: v.optional(
      nanoseconds('What its clock shows when the run begins.', -HOUR, HOUR),
      clockOffsetNs,
    ),
    // More than this, times an hour in nanoseconds, would not be an exact number any more.
    clockDriftPpm: v.optional(
      whole('How much too fast its clock is.', 'parts per million', -1_000, 1_000),
      clockDriftPpm,
    ),
  });

const link = (latencyNs: number, bitsPerSecond: number) =>
  section({
    latencyNs: v.optional(nanoseconds('From one end to the other.', MICROSECOND, 10 * SECOND), latencyNs),
    bitsPerSecond: v.optional(
      whole('Bandwidth, each way.', 'bits a second', 10_000, 1_000_000_000_000),
      bitsPerSecond,
    ),
  });

const disk = section({
  blocks: v.optional(whole('Size in blocks of 512 bytes.', 'blocks', 1, 1_048_576), 64),
  contents: v.optional(
    v.pipe(
      v.record(
        formed('A block number.', BLOCK_NUMBER, 'the number of a block'),
        formed("The block's first bytes.", BLOCK_BYTES, '1 to 512 bytes in lower-case hex'),
        'has to be a record from block numbers to hex',
      ),
      v.maxEntries(1_024, 'has to be a record of at most 1024 blocks'),
      v.description('What blocks hold at first, in hex; all else is zero.'),
    ),
    { '7': '0a000000' },
  ),
  serviceNs: v.optional(
    nanoseconds('What a read or write takes.', MICROSECOND, 10 * SECOND),
    60 * MICROSECOND,
  ),
  testAndSetNs: v.optional(
    nanoseconds('What a test-and-set takes.', MICROSECOND, 10 * SECOND),
    500 * MICROSECOND,
  ),
  retryNs: v.optional(
    nanoseconds('Without an answer for this long a host asks again.', 10 * MICROSECOND, 60 * SECOND),
    50 * MILLISECOND,
  ),
  parallel: v.optional(whole('How many requests it serves at once.', 'requests', 1, 16), 1),
  // Half at most: a service has to take some time.
  serviceNoisePpm: v.optional(
    whole(
      'How much shorter or longer than serviceNs a read or write may take.',
      'parts per million',
      0,
      500_000,
    ),
    0,
  ),
  shared: v.optional(
    flag('One disk for all hosts (§2.3). Otherwise each has its own, and a server the test-and-set (§4.1).'),
    true,
  ),
  ...ownProgram("the disk server's"),
});

const log = section({
  sendBufferBytes: v.optional(whole("The primary's buffer.", 'bytes', 1_000, 64 * MIB), 64 * KIB),
  receiveBufferBytes: v.optional(whole("The backup's buffer.", 'bytes', 1_000, 64 * MIB), 64 * KIB),
  retransmitNs: v.optional(
    nanoseconds(
      'Without an acknowledgement for this long, entries are sent again.',
      10 * MICROSECOND,
      60 * SECOND,
    ),
    2 * MILLISECOND,
  ),
  flushNs: v.optional(nanoseconds('How long an entry may wait for others to share its frame.', 0, SECOND), 0),
  progressNs: v.optional(
    nanoseconds(
      'After so long without an entry the primary logs how far it has come, so that its backup can follow (ours, not the paper’s). 0: never.',
      0,
      SECOND,
    ),
    MILLISECOND,
  ),
  flushOutputs: v.optional(flag('§3.5: an output entry never waits, and takes the others with it.'), true),
});

const detector = section({
  heartbeatNs: v.optional(nanoseconds('Between heartbeats.', 10 * MICROSECOND, 10 * SECOND), MILLISECOND),
  timeoutNs: v.optional(
    nanoseconds('Longer silence is taken for a failure.', 10 * MICROSECOND, 60 * SECOND),
    10 * MILLISECOND,
  ),
  arbitrationRetryNs: v.optional(
    nanoseconds('Between attempts at the test-and-set.', 10 * MICROSECOND, 10 * SECOND),
    2 * MILLISECOND,
  ),
});

const rules = section({
  outputRule: rule('§2.2: an output waits until the backup has acknowledged its entry.'),
  ackOnReceipt: rule("§3.2: an entry is acknowledged once it is in the backup's buffer, and not before."),
  bounceBuffers: rule("§3.4: a device's data enters guest memory while the guest is paused."),
  exactDelivery: rule("§2.1: what enters the guest enters the backup's at the same instruction."),
  loggedValues: rule(
    "§2.1: the backup reads the primary's clock and entropy from the log, not its own host's.",
  ),
  drainBeforeLive: rule('§2.3: every entry received is consumed before going live.'),
  arbitration: rule('§2.3: who wants to go live has to win the test-and-set.'),
  reissueIo: rule('§3.4: whoever goes live issues the pending disk operations again.'),
  serializedRaces: rule('§3.4: disk operations that race are carried out one after the other.'),
  fencing: rule('Not in the paper: the disk refuses late writes of a machine that has lost its arbitration.'),
  pacing: rule('§3.2: a primary whose backup lags behind gets less CPU.'),
  muteWhenGoingLive: rule('§2.3: whoever may be about to go live acknowledges nothing more.'),
  haltDiverged: rule(
    'Not in the paper: a backup whose replay does not meet its log halts. Off: it runs on, by itself.',
  ),
});

/** Of all guests; which of them has which is checked later (checks.ts). */
const OPERATIONS = [...new Set(Object.values(SERVICES).flatMap(({ operations }) => Object.keys(operations)))];

const client = record({
  operation: v.optional(choice("What it asks for: one of the guest's operations.", OPERATIONS), 'increment'),
  requests: v.optional(whole('How many requests it makes.', 'requests', 0, 100_000), 200),
  startNs: v.optional(nanoseconds('When it begins.', 0, HOUR), 2 * MILLISECOND),
  // Each pause is one draw of 32 bits.
  thinkNs: v.optional(
    nanoseconds('Mean pause between an answer and the next request.', 0, 4 * SECOND),
    2 * MILLISECOND,
  ),
  retryNs: v.optional(
    nanoseconds(
      'Without an answer for this long it asks again; then it waits twice as long each time, up to a minute.',
      10 * MICROSECOND,
      60 * SECOND,
    ),
    20 * MILLISECOND,
  ),
  afterPowerLoss: v.optional(
    choice('Back after a loss of power it makes the requests that are left, or all of them once more.', [
      'goOn',
      'beginAgain',
    ]),
    'goOn',
  ),
  ...ownProgram("a client's"),
});

export const SCENARIO = record({
  $schema: v.exactOptional(text('For editors; without meaning to Understudy.', 2_000)),
  version: v.optional(v.literal(1, 'has to be 1'), 1),
  id: v.exactOptional(
    v.pipe(
      formed('Its short name.', SLUG, 'words of lower-case letters and digits, joined by hyphens'),
      v.maxLength(64, 'has to be at most 64 characters'),
    ),
  ),
  title: v.optional(text('What it is called.', 200), ''),
  seed: v.optional(whole('All randomness comes from it.', '', 0, 0xffff_ffff), 1),
  guest,
  machine,
  hosts: v.optional(
    v.strictTuple([host('A', 0, 8), host('B', 3_700_000, -12)], 'has to be a list of two hosts'),
    () => [{}, {}] as never,
  ),
  spares: v.optional(list(host('C', 1_900_000, 3), SPARES_MAX), () => []),
  links: section({
    lan: link(50 * MICROSECOND, 1_000_000_000),
    log: link(450 * MICROSECOND, 1_000_000_000),
    storage: link(20 * MICROSECOND, 4_000_000_000),
  }),
  disk,
  log,
  detector,
  replication,
  pacing,
  network,
  cluster,
  vmotion,
  rules,
  clients: v.optional(list(client, CLIENTS_MAX), () => [{}, { startNs: 3 * MILLISECOND }] as never),
  commands: v.optional(list(text('A command, such as "crash A @ 12ms".', COMMAND_LENGTH), 1_000), () => []),
  untilNs: v.optional(nanoseconds('The run ends here at the latest.', 0, HOUR), 10 * SECOND),
  /** The version of the program that made the link. */
  engine: v.exactOptional(text('Version of Understudy that this was made with.', 40)),
  view: v.exactOptional(
    record({
      cursorNs: nanoseconds('Where to open the run.', 0, HOUR),
      cursorStep: v.exactOptional(
        whole(
          'So many steps of that nanosecond have been made there; without it, all.',
          'steps',
          1,
          STEPS_MAX,
        ),
      ),
      hash: v.exactOptional(
        formed("The run's state there.", HASH, 'a state hash of 32 lower-case hex digits'),
      ),
    }),
  ),
});

/** A whole scenario document, every default filled in. */
export type ScenarioDocument = Omit<v.InferOutput<typeof SCENARIO>, '$schema'>;
