// Walks over the document's schema: what valibot itself does not tell.
import { type DocumentFault, type FieldPath, fault, formatValue } from './field-path.ts';

/** As much of a valibot schema as a walk needs. */
export interface Walkable {
  readonly type: string;
  readonly wrapped?: Walkable;
  readonly entries?: Readonly<Record<string, Walkable>>;
  readonly items?: readonly Walkable[];
  readonly item?: Walkable;
}

const unwrap = (schema: Walkable): Walkable => (schema.wrapped ? unwrap(schema.wrapped) : schema);

const within = (schema: Walkable, step: string | number): Walkable | undefined =>
  typeof step === 'number' ? (schema.items?.[step] ?? schema.item) : schema.entries?.[step];

/** The names of the fields that there are in the record at `path`. */
export function fieldsAt(root: Walkable, path: FieldPath): string[] {
  let schema: Walkable | undefined = unwrap(root);
  for (const step of path) {
    const next: Walkable | undefined = schema && within(schema, step);
    schema = next && unwrap(next);
  }
  return Object.keys(schema?.entries ?? {});
}

export const notARecord = (value: unknown): string =>
  `is ${formatValue(value)}, but has to be a record of fields`;

/** A list where a record should be: valibot takes it for a record without fields. */
export function listForRecord(root: Walkable, value: unknown, path: FieldPath): DocumentFault | undefined {
  const schema = unwrap(root);
  const isRecord = schema.type === 'strict_object' || schema.type === 'record';
  if (Array.isArray(value) && isRecord) return fault(path, notARecord(value));
  for (const [step, element] of elementsOf(schema, value)) {
    const inner = within(schema, step);
    const found = inner && listForRecord(inner, element, [...path, step]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The parts of a value that the schema knows, which is bounded however large the value is. */
function elementsOf(schema: Walkable, value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return value.slice(0, ELEMENTS_MAX).map((element, index) => [index, element]);
  if (typeof value !== 'object' || value === null) return [];
  const record = value as Readonly<Record<string, unknown>>;
  return Object.keys(schema.entries ?? {}).map((name) => [name, record[name]]);
}

/** More than any list of the schema may have that holds records. */
const ELEMENTS_MAX = 100;
