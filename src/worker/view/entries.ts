// Log entries by the names that the page has for them.

import type { EntryKind as LoggedKind } from '../../ft/entry.ts';
import type { EntryKind } from '../frame.ts';

export const entryKind = (kind: LoggedKind): EntryKind => (kind === 'diskCompletion' ? 'disk' : kind);
