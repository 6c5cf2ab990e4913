// What the page makes of a host: which side of the pair it stands for, its colour, what it is doing in words.
import type { Activity, HostView, ViewFrame } from '../../../worker/frame.ts';

/** Whether a host's machine answers the world. */
export const isLive = ({ role }: Pick<HostView, 'role'>): boolean => role === 'primary' || role === 'solo';

/** The host whose machine answers the world; of two that do, the first. */
export const liveHost = (frame: Pick<ViewFrame, 'hosts'> | null): HostView | undefined =>
  frame?.hosts.find(isLive);

/** Which part of the picture a host's panel is: there is always one of each. */
export type Side = 'primary' | 'backup';

/**
 * The side each host stands for, in the order of the hosts. Who answers the world is the primary, whoever it was
 * before; a dead host takes the side that is left. With nobody alive the first host keeps the primary's side.
 */
export function sidesOf(hosts: readonly HostView[]): Side[] {
  const live = hosts.findIndex(isLive);
  const backup = hosts.findIndex(({ role }) => role === 'backup');
  const primary = live >= 0 ? live : backup >= 0 ? hosts.findIndex((_, i) => i !== backup) : 0;
  return hosts.map((_, i) => (i === primary ? 'primary' : 'backup'));
}

/** The two hosts of the picture, left and right. */
export function stageHosts({ hosts, stage }: Pick<ViewFrame, 'hosts' | 'stage'>): HostView[] {
  return stage.map((id) => hosts.find((host) => host.id === id)!);
}

/** The hosts beside them, which run no VM of the pair. */
export function otherHosts({ hosts, stage }: Pick<ViewFrame, 'hosts' | 'stage'>): HostView[] {
  return hosts.filter(({ id }) => !stage.includes(id));
}

/** Whether a host no longer runs anything. */
export function isDead({ role }: Pick<HostView, 'role'>): boolean {
  return role === 'crashed' || role === 'halted';
}

/** Name of a host's region: its side, with the reason when nobody stands there. */
export function regionKey(
  host: Pick<HostView, 'role'>,
  side: Side,
): 'primary' | 'backup' | 'noPrimary' | 'noBackup' | 'noVm' {
  // Of two that answer the world, each is a primary.
  if (host.role === 'solo') return 'primary';
  if (host.role === 'spare') return 'noVm';
  if (!isDead(host)) return side;
  return side === 'primary' ? 'noPrimary' : 'noBackup';
}

export type ActivityKey = Activity | 'recording' | 'replaying' | 'unprotected';

/** The key of what a host is doing, in its role's word for it. */
export function activityKey({ role, activity }: Pick<HostView, 'role' | 'activity'>): ActivityKey {
  if (activity !== 'running') return activity;
  if (role === 'primary') return 'recording';
  if (role === 'backup') return 'replaying';
  return role === 'solo' ? 'unprotected' : 'running';
}

/** Something that keeps a host's machine from running as fast as it could, by the key of its word, and what is left, in per cent. */
export interface Slowness {
  key: 'slowed' | 'share' | 'paced';
  percent: number;
}

/** What slows a host's machine: only what leaves less than all. */
export function slownessOf({
  cpuPercent,
  sharePercent,
  pacingPercent,
  role,
}: Pick<HostView, 'cpuPercent' | 'sharePercent' | 'pacingPercent' | 'role'>): Slowness[] {
  const isVm = role === 'primary' || role === 'backup' || role === 'solo';
  const all: Slowness[] = [
    { key: 'slowed', percent: role === 'crashed' ? 100 : cpuPercent },
    { key: 'share', percent: isVm ? sharePercent : 100 },
    { key: 'paced', percent: role === 'primary' ? pacingPercent : 100 },
  ];
  return all.filter(({ percent }) => percent < 100);
}

/** What pacing leaves of a host's CPU, in per cent; null while it leaves all. */
export function pacedTo(host: Parameters<typeof slownessOf>[0] | undefined): number | null {
  const slow = host === undefined ? [] : slownessOf(host);
  return slow.find(({ key }) => key === 'paced')?.percent ?? null;
}

/** How far silence has come towards suspicion, 0 to 1, or null when this host listens for nobody. */
export function silenceShare(
  host: Pick<HostView, 'lastHeardAt' | 'suspectsAt' | 'role'>,
  time: number,
): number | null {
  const { lastHeardAt, suspectsAt } = host;
  if (lastHeardAt === undefined || suspectsAt === undefined || suspectsAt <= lastHeardAt) return null;
  if (host.role !== 'primary' && host.role !== 'backup') return null;
  return Math.min(1, Math.max(0, (time - lastHeardAt) / (suspectsAt - lastHeardAt)));
}

/** The logging channel's ends run from left to right in the picture, unless the roles have changed sides. */
export function isMirrored({ stage, channel }: Pick<ViewFrame, 'stage' | 'channel'>): boolean {
  return stage.indexOf(channel.from) > stage.indexOf(channel.to);
}
