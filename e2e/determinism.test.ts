// The same link is the same run, bit for bit, here and in Node.
import { GOLDEN } from '../src/scenario/testing/golden.ts';
import { documentIn, linkTo } from './link.ts';
import { button, expectLink, region } from './on-page.ts';
import { expect, type Page, test } from './test.ts';

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
    await expect(button(page, 'Play')).toBeEnabled();
    const told = commands.length === 0 ? {} : { commands };
    await expectLink(page).toMatchObject({ ...told, view: { cursorNs: at, hash } });
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
  await expect(region(page, 'Clients')).toContainText('got 11');
  await button(page, 'Kill the primary').click();
  await button(page, 'Pause').click();
  await expect(button(page, 'Play')).toBeVisible();
  // Once paused, the address is the instant that the page shows.
  await expect.poll(async () => cursorIn(page.url()) === (await timeShown(page))).toBe(true);
  const address = page.url();
  const told = await region(page, 'Clients').innerText();

  const other = await (await browser.newContext()).newPage();
  await other.goto(address);
  await expect(button(other, 'Play')).toBeEnabled();
  await expect(region(other, 'Clients')).toHaveText(told, { useInnerText: true });
  await expectLink(other).toEqual(documentIn(address));
  await expect(other.getByRole('alert')).toBeEmpty();
});
