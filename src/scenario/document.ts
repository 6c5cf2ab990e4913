// Reads a scenario document that anybody may have written: upgraded, checked field by field, defaults filled in.
import * as v from 'valibot';
import { err, ok, type Result } from '../base/result.ts';
import { contradiction } from './checks.ts';
import { type DocumentFault, fault, formatValue } from './field-path.ts';
import { SCENARIO, type ScenarioDocument } from './schema.ts';
import { upgrade } from './upgrade.ts';
import { fieldsAt, listForRecord, notARecord } from './walk.ts';

export { withoutDefaults } from './defaults.ts';
export type { DocumentFault } from './field-path.ts';
export type { ScenarioDocument } from './schema.ts';

/** The document that `input` (parsed JSON of any origin) is, or the first thing wrong with it. Never throws. */
export function parseDocument(input: unknown): Result<ScenarioDocument, DocumentFault> {
  if (typeof input !== 'object' || input === null) return err(fault([], notARecord(input)));
  const list = listForRecord(SCENARIO, input, []);
  if (list !== undefined) return err(list);
  const raw = upgrade(input as Record<string, unknown>);
  if (!raw.ok) return raw;
  const parsed = v.safeParse(SCENARIO, raw.value, { abortEarly: true });
  if (!parsed.success) return err(describe(parsed.issues[0]));
  const { $schema: _, ...document } = parsed.output;
  const found = contradiction(document);
  return found === undefined ? ok(document) : err(found);
}

/** One of valibot's issues in a sentence. */
function describe(issue: v.BaseIssue<unknown>): DocumentFault {
  const items = issue.path ?? [];
  const path = items.map(({ key }) => key as string | number);
  const isName = items.at(-1)?.origin === 'key';
  if (issue.expected === 'never') return superfluous(issue, path);
  if (issue.input === undefined) return fault(path, 'is missing');
  if (isName) return fault(path, `has a name that ${issue.message}`);
  if (issue.type === 'strict_object') return fault(path, notARecord(issue.input));
  return fault(path, `is ${formatValue(issue.input)}, but ${issue.message}`);
}

/** A field that is none, or an entry too many. */
function superfluous(issue: v.BaseIssue<unknown>, path: (string | number)[]): DocumentFault {
  const parent = path.slice(0, -1);
  if (issue.type === 'strict_tuple') return fault(parent, `has too many entries: it ${issue.message}`);
  return fault(path, `is no field of a scenario; there are ${fieldsAt(SCENARIO, parent).join(', ')}`);
}
