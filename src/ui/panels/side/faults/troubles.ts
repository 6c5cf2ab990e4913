// What is wrong with a disk, as keys of its words.
import type { DiskState, DiskView, PowerView } from '../../../../worker/frame.ts';
import type { Translate } from '../../../i18n/sentences.ts';

export function diskTroubles({
  isUp,
  failsReads,
  failsWrites,
  isFull,
}: DiskState): ('noPower' | 'failsReads' | 'failsWrites' | 'full')[] {
  return [
    ...(isUp ? [] : (['noPower'] as const)),
    ...(failsReads ? (['failsReads'] as const) : []),
    ...(failsWrites ? (['failsWrites'] as const) : []),
    ...(isFull ? (['full'] as const) : []),
  ];
}

/** What is wrong with a machine: null while it simply runs. */
export function powerText(t: Translate, { trouble, cpuPercent }: PowerView): string | null {
  if (trouble !== null) return t(`machine.state.${trouble}`);
  return cpuPercent < 100 ? t('machine.slowed', { percent: Math.round(cpuPercent) }) : null;
}

type ServerTrouble = ReturnType<typeof diskTroubles>[number] | 'machine';

/** What is wrong with the disk's server: with its machine, and with its medium. */
export const serverTroubles = (disk: DiskView): ServerTrouble[] => [
  ...(disk.isUp && (disk.trouble !== null || disk.cpuPercent < 100) ? (['machine'] as const) : []),
  ...diskTroubles(disk),
];

export const troubleText = (t: Translate, trouble: ServerTrouble, disk: DiskView): string =>
  trouble === 'machine' ? (powerText(t, disk) ?? '') : t(`disk.${trouble}`);
