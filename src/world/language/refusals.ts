// Why a fault changes nothing: the reasons, each with its sentence. The page has the same in its languages.

/** In English, with the names of what is to be filled in. */
export const REFUSALS = {
  noPower: 'host {{host}} has no power',
  alreadyOff: 'host {{host}} already has no power',
  allOff: 'all hosts already have no power',
  alreadyOn: 'host {{host}} already has power',
  alreadyPaused: 'host {{host}} is already paused',
  notPaused: 'host {{host}} is not paused',
  alreadySlow: 'host {{host}} already runs at {{percent}} % of its speed',
  noMachine: 'host {{host}} has no machine',
  notInRam: '{{place}} is not in RAM',
  alreadyPoisoned: 'the next request of {{client}} is already poisoned',
  noRequests: '{{client}} makes no more requests',
  alreadyCut: 'link {{link}} is already cut',
  alreadyImpaired: 'link {{link}} is already like that',
  alreadyMended: 'link {{link}} already works',
  diskAlreadyOff: 'the disk already has no power',
  diskAlreadyOn: 'the disk already has power',
  diskAlreadyImpaired: 'the disk is already like that',
  diskAlreadyMended: 'the disk already works',
  noVm: 'no VM is running',
  noBackup: 'no backup is running',
  alreadyPoweringOff: 'the VM is already being switched off',
  alreadyShared: 'the VM may already use {{percent}} % of the CPU',
  neverBoth: 'host {{host}} runs the other machine of the pair; the two may never share a host',
  alreadyThere: 'host {{host}} already runs the {{machine}}',
  alreadyCopying: 'host {{host}} is already copying its VM',
  goingLive: 'the {{machine}} is about to go live',
  cantTake: 'host {{host}} can’t take it: it is not free, or out of reach',
} as const;

export type Reason = keyof typeof REFUSALS;

export interface Refusal {
  reason: Reason;
  /** What its sentence has to fill in. */
  values: Record<string, string | number>;
}

export const refusal = (reason: Reason, values: Refusal['values'] = {}): Refusal => ({ reason, values });

/** One sentence without its full stop. */
export const refusalText = ({ reason, values }: Refusal): string =>
  REFUSALS[reason].replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));
