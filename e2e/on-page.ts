// What journeys do over and over: finding things on the page by what they are called, opening a run at an instant, looking for barriers.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { linkTo } from './link.ts';

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
export const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
export const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true }).click();

/** Opens the counter, paused at an instant. `more`: further fields of its scenario. */
export async function openAt(page: Page, ms: number, more: object = {}): Promise<void> {
  const view = { cursorNs: Math.round(ms * 1_000_000) };
  await page.goto(`/${linkTo({ version: 1, id: 'counter', view, ...more })}`);
  await expect(button(page, 'Play')).toBeEnabled();
}

/** Where the cursor stands, in milliseconds. */
export async function instant(page: Page): Promise<number> {
  const text = await page.getByRole('slider', { name: 'Cursor' }).getAttribute('aria-valuetext');
  return Number(text?.replace(/[^\d.]/g, ''));
}

/** What keeps some people from using the page as it is now; none is []. */
export async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
