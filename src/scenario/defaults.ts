// What a document says beyond the defaults, found by walking the schema: the part of it that a link carries.
import * as v from 'valibot';
import { isSamePlain } from '../base/plain.ts';
import { SCENARIO, type ScenarioDocument } from './schema.ts';
import type { Walkable } from './walk.ts';

/**
 * The document without the fields that have their defaults, in the schema's order: equal documents come out the same,
 * letter for letter. The version is always said.
 */
export function withoutDefaults(document: ScenarioDocument): Record<string, unknown> {
  const rest = trim(SCENARIO, document) as Record<string, unknown>;
  return { version: document.version, ...rest };
}

function trim(schema: Walkable, value: unknown): unknown {
  switch (schema.type) {
    case 'optional': {
      const ordinary = v.parse(schema as Walkable & v.GenericSchema, undefined);
      return isSamePlain(value, ordinary) ? undefined : trim(schema.wrapped!, value);
    }
    case 'exact_optional':
      return trim(schema.wrapped!, value);
    case 'strict_object':
      return trimFields(schema.entries!, value as Record<string, unknown>);
    case 'strict_tuple':
      return schema.items!.map((item, index) => trim(item, (value as unknown[])[index]));
    case 'array':
      return (value as unknown[]).map((element) => trim(schema.item!, element));
    default:
      return value;
  }
}

function trimFields(
  entries: Readonly<Record<string, Walkable>>,
  value: Record<string, unknown>,
): Record<string, unknown> {
  const rest: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(entries)) {
    if (!(name in value)) continue;
    const trimmed = trim(schema, value[name]);
    if (trimmed !== undefined) rest[name] = trimmed;
  }
  return rest;
}
