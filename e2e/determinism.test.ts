// The same link is the same run, bit for bit, here and in Node.
import { expect, type Page, test } from '@playwright/test';
import { GOLDEN } from '../src/scenario/testing/golden.ts';
import { documentIn, linkTo } from './link.ts';

/** The instant on the page's clock, in nanoseconds: `12.345 678 ms`. */
async function timeShown(page: Page): Promise<number> {
  const text = await page.locator('.readout').innerText();
  return Math.round(Number(text.replace(/[^\d.]/g, '')) * 1e6);
}

const cursorIn = (address: string): unknown =>
  (documentIn(address).view as { cursorNs: number } | undefined)?.cursorNs;

for (const { commands, at, hash } of GOLDEN) {
  test(`the run [${commands}] at ${at} ns has the state in Chromium that it has in Node`, async ({
    page,
  }) => {
    await page.goto(
      `/${linkTo({ version: 1, id: 'counter', title: 'Golden', commands, view: { cursorNs: at } })}`,
    );
    await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
    await expect.poll(() => documentIn(page.url()).view).toEqual({ cursorNs: at, hash });
    expect(documentIn(page.url()).commands ?? []).toEqual(commands);
  });
}

test('a link whose run comes out differently says so', async ({ page }) => {
  const view = { cursorNs: 20_000_000, hash: '0'.repeat(32) };
  await page.goto(`/${linkTo({ version: 1, id: 'counter', view })}`);
  await expect(page.getByRole('alert')).toContainText('differently');
});

test('a run that was watched, killed and stopped comes back from its address in another browser', async ({
  page,
  browser,
}) => {
  await page.goto('/');
  await expect(page.getByRole('region', { name: 'Clients' })).toContainText('got 11');
  await page.getByRole('button', { name: 'Kill the primary', exact: true }).click();
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  // Once paused, the address is the instant that the page shows.
  await expect.poll(async () => cursorIn(page.url()) === (await timeShown(page))).toBe(true);
  const address = page.url();
  const told = await page.getByRole('region', { name: 'Clients' }).innerText();

  const other = await (await browser.newContext()).newPage();
  await other.goto(address);
  await expect(other.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  await expect(other.getByRole('region', { name: 'Clients' })).toHaveText(told, { useInnerText: true });
  await expect.poll(() => documentIn(other.url())).toEqual(documentIn(address));
  await expect(other.getByRole('alert')).toBeEmpty();
});
