// Finding events in a run: by what happened, about whom, and by what they say; by keyboard alone.
import { expectInstant, expectNoBarriers, instant, openAt, region } from './on-page.ts';
import { expect, test } from './test.ts';

test('an event is found by its kind and host, forward and back, and says which of how many it is', async ({
  page,
}) => {
  await openAt(page, 60, { commands: ['crash A @ 40ms'] });
  await page.keyboard.press('b');
  const find = region(page, 'Find');
  const kind = find.getByLabel('What happened');
  await expect(kind.getByRole('option', { name: /^backup went live · 1$/ })).toBeAttached();
  await kind.selectOption('wentLive');
  await find.getByRole('button', { name: 'Previous' }).press('Enter');
  const status = find.getByRole('status');
  await expect(status).toContainText('backup went live · host B');
  await expect(status).toContainText('1 of 1');
  await expect.poll(async () => Math.floor(await instant(page))).toBe(50);
  await expectNoBarriers(page);
  await find.getByRole('button', { name: 'Previous' }).press('Enter');
  await expect(status).toContainText('Nothing of the kind');
  await expect.poll(async () => Math.floor(await instant(page))).toBe(50);
});

test('an event is found by what it says, and Enter goes on to the next', async ({ page }) => {
  await openAt(page, 60, { commands: ['crash A @ 40ms'] });
  await page.keyboard.press('Home');
  await expectInstant(page).toBe(0);
  await page.keyboard.press('b');
  const find = region(page, 'Find');
  const text = find.getByLabel('Words or numbers in it');
  await text.fill('crash A');
  await text.press('Enter');
  await expect(find.getByRole('status')).toContainText('command given');
  await expectInstant(page).toBe(40);
  await find.getByLabel('About whom').selectOption('client2');
  await text.fill('');
  await text.press('Enter');
  await expect(find.getByRole('status')).toContainText('client 2');
  await expectInstant(page).not.toBe(40);
});
