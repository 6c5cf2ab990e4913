// What cables are called.

import type { HostId } from './config.ts';

/** The id of the cable between two hosts, whichever is named first. */
export const logCable = (a: HostId, b: HostId): string => (a < b ? `log-${a}:${b}` : `log-${b}:${a}`);
