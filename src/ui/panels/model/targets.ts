// The cables that a command's target means, and how they are: `log`, `log-A`, `lan-A`, `storage`, `log-A:B`.
import type { LinkView, ViewFrame } from '../../../worker/frame.ts';

/** A cable of a target; `end` is the host or client whose ways in and out are meant. */
interface Cable {
  link: LinkView;
  end: string | undefined;
}

const kindOf = ({ id }: LinkView): string => id.slice(0, id.indexOf('-'));

/** The cables of a target, as a command resolves it. */
export function cablesOf(links: readonly LinkView[], target: string): Cable[] {
  const own = links.find(({ id }) => id === target);
  const end = target.slice(target.indexOf('-') + 1);
  if (own !== undefined) return [{ link: own, end: own.ends.find((each) => each === end) }];
  const [kind] = target.split('-');
  const isAll = kind === target;
  return links
    .filter((link) => kindOf(link) === kind && (isAll || link.ends.includes(end)))
    .map((link) => ({ link, end: isAll ? link.ends.find((each) => link.id.endsWith(`-${each}`)) : end }));
}

/** What is wrong with all cables of a target. */
export interface CableState {
  /** Nothing passes out of, or into, its station. Of a cable with two ends alike: one way, and the other. */
  isOutCut: boolean;
  isInCut: boolean;
  loss: number;
  duplication: number;
  reordering: number;
  delayNs: number;
}

export function stateOf(links: readonly LinkView[], target: string): CableState {
  const cables = cablesOf(links, target);
  const least = (of: (link: LinkView) => number): number =>
    cables.length === 0 ? 0 : Math.min(...cables.map(({ link }) => of(link)));
  const isCut = (way: 'out' | 'in'): boolean =>
    cables.length > 0 &&
    cables.every(({ link, end }) => {
      const out = end === link.ends[1] ? 1 : 0;
      return link.cut[way === 'out' ? out : 1 - out] === true;
    });
  return {
    isOutCut: isCut('out'),
    isInCut: isCut('in'),
    loss: least(({ loss }) => loss),
    duplication: least(({ duplication }) => duplication),
    reordering: least(({ reordering }) => reordering),
    delayNs: least(({ delayNs }) => delayNs),
  };
}

/** Whether anything is wrong with any cable of a target. */
export const isTroubled = (links: readonly LinkView[], target: string): boolean =>
  cablesOf(links, target).some(
    ({ link: { cut, loss, duplication, reordering, delayNs } }) =>
      cut.includes(true) || loss + duplication + reordering + delayNs > 0,
  );

/** The cable that the pair's log goes over, or over which the VM is being copied. */
export function pairCable({ links, channel, transfer }: ViewFrame): LinkView | undefined {
  const ends = transfer === null ? [channel.from, channel.to] : [transfer.from, transfer.to];
  return links.find((link) => kindOf(link) === 'log' && ends.every((end) => link.ends.includes(end)));
}

/** What a command calls that cable: with two hosts there is but one. */
export function pairTarget(frame: ViewFrame): string {
  const logs = frame.links.filter((link) => kindOf(link) === 'log');
  return logs.length === 1 ? 'log' : (pairCable(frame)?.id ?? 'log');
}

export const isPairCut = (frame: ViewFrame): boolean => pairCable(frame)?.cut.includes(true) ?? false;
