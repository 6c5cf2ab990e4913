// Older documents stay readable: one upgrader for each version there was.
import { err, ok, type Result } from '../base/result.ts';
import { type DocumentFault, fault, formatValue } from './field-path.ts';

/** A document as it came in: nothing but its being a record is known. */
export type RawDocument = Readonly<Record<string, unknown>>;

/** Makes a document of version n into one of version n + 1. */
export type Upgrader = (document: RawDocument) => RawDocument;

/** The upgrader at position i takes version i + 1. */
export const UPGRADERS: readonly Upgrader[] = [];

/** The same document in the newest version. One that says no version is of version 1, for ever. */
export function upgrade(
  document: RawDocument,
  upgraders: readonly Upgrader[] = UPGRADERS,
): Result<RawDocument, DocumentFault> {
  const newest = upgraders.length + 1;
  const version = Object.hasOwn(document, 'version') ? document.version : 1;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    return err(
      fault(['version'], `is ${formatValue(version)}, but has to be a whole number from 1 to ${newest}`),
    );
  if (version > newest) return err(fault(['version'], newerVersion(version, newest)));
  let upgraded = document;
  for (const [index, upgrader] of upgraders.slice(version - 1).entries())
    upgraded = { ...upgrader(upgraded), version: version + index + 1 };
  return ok(upgraded);
}

const newerVersion = (version: number, newest: number): string =>
  `is ${version}: this was made by a newer Understudy, and this one reads versions up to ${newest}`;
