// Finding events in a run: by what happened, about whom, and by what they say; by keyboard alone.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { linkTo } from './link.ts';

const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

async function openAt(page: Page, ms: number): Promise<void> {
  const view = { cursorNs: ms * 1_000_000 };
  await page.goto(`/${linkTo({ version: 1, id: 'counter', commands: ['crash A @ 40ms'], view })}`);
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
}

const instant = (page: Page) => page.getByRole('slider', { name: 'Cursor' }).getAttribute('aria-valuetext');

test('an event is found by its kind and host, forward and back, and says which of how many it is', async ({
  page,
}) => {
  await openAt(page, 60);
  await page.keyboard.press('b');
  const find = region(page, 'Find');
  const kind = find.getByLabel('What happened');
  await expect(kind.getByRole('option', { name: /^backup went live · 1$/ })).toBeAttached();
  await kind.selectOption('wentLive');
  await find.getByRole('button', { name: 'Previous' }).press('Enter');
  const status = find.getByRole('status');
  await expect(status).toContainText('backup went live · host B');
  await expect(status).toContainText('1 of 1');
  expect(await instant(page)).toMatch(/^50\./);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  await find.getByRole('button', { name: 'Previous' }).press('Enter');
  await expect(status).toContainText('Nothing of the kind');
  expect(await instant(page)).toMatch(/^50\./);
});

test('an event is found by what it says, and Enter goes on to the next', async ({ page }) => {
  await openAt(page, 60);
  await page.keyboard.press('Home');
  await expect.poll(() => instant(page)).toMatch(/^0\.000/);
  await page.keyboard.press('b');
  const find = region(page, 'Find');
  const text = find.getByLabel('Words or numbers in it');
  await text.fill('crash A');
  await text.press('Enter');
  await expect(find.getByRole('status')).toContainText('command given');
  expect(await instant(page)).toMatch(/^40\.000/);
  await find.getByLabel('About whom').selectOption('client2');
  await text.fill('');
  await text.press('Enter');
  await expect(find.getByRole('status')).toContainText('client 2');
  await expect.poll(() => instant(page)).not.toMatch(/^40\.000/);
});
