// The one place where an end that others only read becomes one that ft may change: for its doors, and for tests.

import type { End, EndView } from './pair-end.ts';

export const own = (end: EndView): End => end as End;
