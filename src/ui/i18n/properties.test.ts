// Every property has its name and its claim in both languages, and each way of breaking its sentence.
import { expect, test } from 'vitest';
import { PROPERTIES } from '../../world/properties/index.ts';
import pageEn from './en/page.json';
import { propertyKey } from './sentences.ts';

test.each(PROPERTIES.map(({ id, name }) => [id, name]))('%s, %s', (_, name) => {
  const key = propertyKey(name);
  expect(pageEn.property).toHaveProperty(key, name);
  expect(pageEn.propertyMeaning).toHaveProperty(key);
});
