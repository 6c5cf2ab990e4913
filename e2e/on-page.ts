// What journeys do over and over: finding things on the page by what they are called, opening a run at an instant, waiting for what is claimed.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { documentIn, linkTo } from './link.ts';

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
export const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
export const narration = (page: Page) => page.getByRole('log', { name: 'Narration' });
export const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true }).click();

/** Opens the counter, paused at an instant, and waits until it stands there. `more`: further fields of its scenario. */
export async function openAt(page: Page, ms: number, more: object = {}): Promise<void> {
  const view = { cursorNs: Math.round(ms * 1_000_000) };
  await page.goto(`/${linkTo({ version: 1, id: 'counter', view, ...more })}`);
  await expect(button(page, 'Play')).toBeEnabled();
  await expectInstant(page).toBe(ms);
}

/** Turns the speed up so far that nobody has to wait. */
export async function speedUp(page: Page): Promise<void> {
  for (let i = 0; i < 6; i++) await page.keyboard.press(']');
}

/** Where the cursor stands now, in milliseconds: to compare with later. A claim about it is `expectInstant`'s. */
export async function instant(page: Page): Promise<number> {
  const text = await page.getByRole('slider', { name: 'Cursor' }).getAttribute('aria-valuetext');
  return Number(text?.replace(/[^\d.]/g, ''));
}

/** A claim about where the cursor stands, in milliseconds, or will soon. */
export const expectInstant = (page: Page) => expect.poll(() => instant(page));

/** A claim about the document in the page's address, or soon in it. */
export const expectLink = (page: Page) => expect.poll(() => documentIn(page.url()));

/** A claim about one field of it. */
export const expectLinkField = (page: Page, field: string) =>
  expect.poll(() => documentIn(page.url())[field]);

/** What each client was told last. */
export async function lastAnswers(page: Page): Promise<number[]> {
  const told = await region(page, 'Clients').innerText();
  return [...told.matchAll(/got (\d+)/g)].map((match) => Number(match[1]));
}

/** What keeps some people from using the page; none is []. Legacy: without a page of its own for each scan; frames of others there are none. */
async function barriers(page: Page, within: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include(within).setLegacyMode().analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** No scan finds a barrier, once what is on its way in or out has come to rest. */
export async function expectNoBarriers(page: Page, within = 'html'): Promise<void> {
  await expect.poll(() => barriers(page, within)).toEqual([]);
}
