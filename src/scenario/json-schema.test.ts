// The published schema says what the code checks. `npx vitest run -u src/scenario` writes it anew.
import { readFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { expect, test } from 'vitest';
import { parseDocument, withoutDefaults } from './document.ts';
import { SCENARIO } from './schema.ts';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const FILE = 'public/scenario.schema.json';

test('the published schema is the one of the code', async () => {
  const schema = toJsonSchema(SCENARIO, { typeMode: 'input', target: 'draft-2020-12' });
  const published = { $schema: DIALECT, title: 'A scenario of Understudy', ...schema };
  await expect(`${JSON.stringify(published, null, 2)}\n`).toMatchFileSnapshot(`../../${FILE}`);
});

test('the published schema knows every field, its bounds and its default', () => {
  const { properties, additionalProperties } = JSON.parse(readFileSync(FILE, 'utf8'));
  expect(additionalProperties).toBe(false);
  const parsed = parseDocument({});
  expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(parsed.ok ? parsed.value : {})));
  expect(properties.machine.properties.ramBytes).toMatchObject({
    minimum: 65536,
    multipleOf: 4096,
    default: 262144,
  });
  expect(parsed.ok && withoutDefaults(parsed.value)).toEqual({ version: 1 });
});
