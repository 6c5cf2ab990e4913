// Every failure and operation as a command with its name, and why it can't be done just now.
import type { HostView, ViewFrame } from '../../../../worker/frame.ts';
import type page from '../../../i18n/en/page.json';
import { cablesOf, isTroubled, stateOf } from '../../model/targets.ts';

export type FaultName = keyof typeof page.fault.full;
export type WhyNot = keyof typeof page.fault.why;

/** One of them, as a button. */
export interface Fault {
  /** What the run is told. */
  command: string;
  name: FaultName;
  values: Record<string, string | number>;
  /** A target of links, for its name. */
  link?: string;
  client?: string;
  /** Why it would change nothing. */
  why?: WhyNot;
}

type Extra = Partial<Omit<Fault, 'command' | 'name' | 'why'>>;

function fault(command: string, name: FaultName, why: WhyNot | undefined, extra: Extra = {}): Fault {
  return { command, name, values: {}, ...extra, ...(why === undefined ? {} : { why }) };
}

const when = (isSo: boolean, why: WhyNot): WhyNot | undefined => (isSo ? why : undefined);

/** Percentages of its speed that a host is offered, and of a CPU that the VM is. */
const SHARES = [25, 50, 100] as const;

export interface HostFaults {
  crash: Fault;
  power: Fault[];
  speed: Fault[];
}

export function hostFaults({ id, role, activity, cpuPercent }: HostView): HostFaults {
  const values = { host: id };
  const off = when(role === 'crashed', 'noPower');
  return {
    crash: fault(`crash ${id}`, 'crash', off, { values }),
    power: [
      fault(`pause ${id}`, 'pause', off ?? when(activity === 'paused', 'isPaused'), { values }),
      fault(`resume ${id}`, 'resume', off ?? when(activity !== 'paused', 'notPaused'), { values }),
      fault(`repair ${id}`, 'repair', when(role !== 'crashed', 'hasPower'), { values }),
    ],
    speed: SHARES.map((percent) =>
      fault(`slow ${id} ${percent}%`, 'slow', off ?? when(cpuPercent === percent, 'alike'), {
        values: { ...values, percent },
      }),
    ),
  };
}

/** A place in memory as a command writes it: `0x80001000.0`. */
export const BIT = /^0x[0-9a-fA-F]{1,8}\.[0-7]$/;

/** A bit of one machine's memory flips. */
export function flipFault({ id, role }: HostView, place: string): Fault {
  const why =
    when(role === 'crashed', 'noPower') ??
    when(role === 'spare', 'noVmThere') ??
    when(!BIT.test(place), 'notABit');
  return fault(`flip ${id} ${place}`, 'flip', why, { values: { host: id, place } });
}

/** All hosts at once: what they have in common fails. */
export const allHostsFault = ({ hosts }: ViewFrame): Fault =>
  fault(
    'crash hosts',
    'crashAll',
    when(
      hosts.every(({ role }) => role === 'crashed'),
      'noPower',
    ),
  );

const LOSSES = [1, 10, 50] as const;
const DELAYS_MS = [1, 5, 20] as const;
const OTHERS_PERCENT = 5;

export interface LinkFaults {
  cut: Fault;
  mend: Fault;
  ways: Fault[];
  loss: Fault[];
  delay: Fault[];
  /** Only of the LAN: the other links carry TCP, which puts this right. */
  disorder: Fault[];
}

export function linkFaults({ links }: ViewFrame, target: string): LinkFaults {
  const { isInCut, isOutCut, loss, delayNs, duplication, reordering } = stateOf(links, target);
  const extra = { link: target };
  const isCut = isInCut && isOutCut;
  // Of a cable with two ends alike a way has no name.
  const hasWays = cablesOf(links, target).every(({ end }) => end !== undefined);
  const disorderPpm = OTHERS_PERCENT * 10_000;
  const percent = { ...extra, values: { percent: OTHERS_PERCENT } };
  return {
    cut: fault(`cut ${target}`, 'cut', when(isCut, 'isCut'), extra),
    mend: fault(`mend ${target}`, 'mend', when(!isTroubled(links, target), 'isWell'), extra),
    ways: hasWays
      ? [
          fault(`cut ${target} out`, 'cutOut', when(isOutCut, 'isCut'), extra),
          fault(`cut ${target} in`, 'cutIn', when(isInCut, 'isCut'), extra),
        ]
      : [],
    loss: LOSSES.map((each) =>
      fault(`lose ${target} ${each}%`, 'lose', when(loss === each * 10_000, 'alike'), {
        ...extra,
        values: { percent: each },
      }),
    ),
    delay: DELAYS_MS.map((each) =>
      fault(`delay ${target} ${each}ms`, 'delay', when(delayNs === each * 1_000_000, 'alike'), {
        ...extra,
        values: { delayNs: each * 1_000_000 },
      }),
    ),
    disorder: /^lan(-|$)/.test(target)
      ? [
          fault(
            `duplicate ${target} ${OTHERS_PERCENT}%`,
            'duplicate',
            when(duplication === disorderPpm, 'alike'),
            percent,
          ),
          fault(
            `reorder ${target} ${OTHERS_PERCENT}%`,
            'reorder',
            when(reordering === disorderPpm, 'alike'),
            percent,
          ),
        ]
      : [],
  };
}

export interface DiskFaults {
  power: Fault[];
  errors: Fault[];
  mend: Fault;
}

export function diskFaults({ disk, hosts }: ViewFrame): DiskFaults {
  const disks = disk.isShared ? [disk] : hosts.flatMap(({ disk: own }) => own ?? []);
  const all = (is: (disk: (typeof disks)[number]) => boolean): boolean => disks.every(is);
  const [reads, writes] = [all(({ failsReads }) => failsReads), all(({ failsWrites }) => failsWrites)];
  const isFull = all((each) => each.isFull);
  const isWell = all((each) => !each.failsReads && !each.failsWrites && !each.isFull);
  return {
    power: [
      fault('crash disk', 'crashDisk', when(!disk.isUp, 'diskOff')),
      fault('repair disk', 'repairDisk', when(disk.isUp, 'diskOn')),
    ],
    errors: [
      fault('fail disk reads', 'failReads', when(reads, 'alike')),
      fault('fail disk writes', 'failWrites', when(writes, 'alike')),
      fault('fail disk all', 'failAll', when(reads && writes, 'alike')),
      fault('fill disk', 'fill', when(isFull, 'alike')),
    ],
    mend: fault('mend disk', 'mendDisk', when(isWell, 'isWell')),
  };
}

export interface VmFaults {
  power: Fault;
  share: Fault[];
  movePrimary: Fault[];
  moveBackup: Fault[];
}

export function vmFaults(frame: ViewFrame): VmFaults {
  const vm = frame.hosts.find(({ role }) => role === 'primary' || role === 'solo');
  const backup = frame.hosts.find(({ role }) => role === 'backup');
  const noVm = when(vm === undefined, 'noVm');
  const move = (machine: 'primary' | 'backup', at: HostView | undefined): Fault[] =>
    frame.hosts.map((host) => {
      const why =
        when(at === undefined, machine === 'primary' ? 'noVm' : 'noBackup') ??
        when(host.id === at?.id, 'isThere') ??
        when(host.role === 'primary' || host.role === 'backup' || host.role === 'solo', 'neverBoth') ??
        when(host.role === 'crashed', 'noPower') ??
        when(host.role !== 'spare' && host.haltReason !== 'lostArbitration', 'notFree') ??
        when(frame.transfer !== null, 'isCopying');
      const name = machine === 'primary' ? 'movePrimary' : 'moveBackup';
      return fault(`migrate ${machine} ${host.id}`, name, why, { values: { host: host.id } });
    });
  return {
    power: fault('poweroff vm', 'powerOff', noVm),
    share: SHARES.map((percent) =>
      fault(`share vm ${percent}%`, 'share', noVm ?? when(vm?.sharePercent === percent, 'alike'), {
        values: { percent },
      }),
    ),
    movePrimary: move('primary', vm),
    moveBackup: move('backup', backup),
  };
}

/** The next request of a client is one that no guest survives. */
export const poisonFault = ({ id, state }: ViewFrame['clients'][number]): Fault =>
  fault(`poison ${id}`, 'poison', when(state === 'done', 'noRequests'), { client: id });

/** Targets of commands about links: all of a kind, and those of one host or client. */
export function linkTargets({ hosts, clients }: ViewFrame): {
  all: string[];
  hosts: string[][];
  clients: string[];
} {
  return {
    all: ['log', 'lan', 'storage'],
    hosts: hosts.map(({ id }) => [`log-${id}`, `lan-${id}`, `storage-${id}`]),
    clients: clients.map(({ id }) => `lan-${id}`),
  };
}

/** All of them, for who looks for one by its name. */
export function allFaults(frame: ViewFrame): Fault[] {
  const targets = linkTargets(frame);
  const { power, errors, mend } = diskFaults(frame);
  const vm = vmFaults(frame);
  return [
    ...frame.hosts.flatMap((host) => {
      const { crash, power, speed } = hostFaults(host);
      return [crash, ...power, ...speed];
    }),
    allHostsFault(frame),
    ...[...targets.all, ...targets.hosts.flat(), ...targets.clients].flatMap((target) => {
      const { cut, mend, ways, loss, delay, disorder } = linkFaults(frame, target);
      return [cut, ...ways, mend, ...loss, ...delay, ...disorder];
    }),
    ...power,
    ...errors,
    mend,
    ...frame.clients.map(poisonFault),
    vm.power,
    ...vm.share,
    ...vm.movePrimary,
    ...vm.moveBackup,
  ];
}
