// For everybody: no barrier that a scan can find, in any state or dress, and no window in which the page does not fit.
import { linkTo } from './link.ts';
import { expectNoBarriers } from './on-page.ts';
import { expect, type Page, test } from './test.ts';

const KILLED = linkTo({
  version: 1,
  id: 'counter',
  commands: ['crash A @ 14ms'],
  view: { cursorNs: 38_000_000 },
});
const CLONING = linkTo({
  version: 1,
  id: 'counter',
  spares: [{}, { id: 'D' }],
  commands: ['crash A @ 14ms'],
  view: { cursorNs: 26_800_000 },
});
const WHOLE = linkTo({ version: 1, id: 'counter', view: { cursorNs: 13_780_000 } });

async function openAt(page: Page, link: string): Promise<void> {
  await page.goto(`/${link}`);
  await expect(page.locator('.host').first()).toBeVisible();
  await page.evaluate(() => document.fonts.ready);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no barriers, ${colorScheme}`, async ({ browser }) => {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    for (const link of [WHOLE, KILLED, CLONING]) {
      await openAt(page, link);
      await expectNoBarriers(page);
    }
    await context.close();
  });
}

test('no barriers in the side panel and the dialogs', async ({ page }) => {
  await openAt(page, KILLED);
  for (const tab of ['Faults & rules', 'Inspect']) {
    await page.getByRole('tab', { name: tab }).click();
    await expectNoBarriers(page);
  }
  await page.getByRole('tab', { name: 'Faults & rules' }).click();
  await page.getByRole('radio', { name: 'rules' }).click();
  await expectNoBarriers(page);
  await page.getByRole('radio', { name: 'failures' }).click();
  await page.getByRole('button', { name: 'More for host B' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectNoBarriers(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Scenario/ }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectNoBarriers(page, '[role=dialog]');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'properties hold' }).click();
  await expectNoBarriers(page);
  for (const key of ['?', 's', 'Control+k']) {
    await page.keyboard.press(key);
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectNoBarriers(page);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
});

/** Numbers that are cut off, and parts of the picture that lie upon each other. */
async function misfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    if (document.documentElement.scrollWidth > innerWidth) faults.push('the page scrolls sideways');
    const numbers =
      '.number, .row-number, .bead-number, .client-got, .disk-flag, .tank-figure, .outputs li, .host-status';
    for (const element of document.querySelectorAll<HTMLElement>(numbers)) {
      // What is not shown at this size, such as a dead host's rows on a phone, is not cut off.
      if (!element.checkVisibility()) continue;
      const box =
        element.closest<HTMLElement>('.host, .client, .disk, .channel, .transport') ?? document.body;
      const [inner, outer] = [element.getBoundingClientRect(), box.getBoundingClientRect()];
      if (inner.right > outer.right + 1 || inner.left < outer.left - 1)
        faults.push(`cut off: ${element.innerText}`);
    }
    const parts = [
      ...document.querySelectorAll<HTMLElement>(
        '.client, .switch, .host, .channel, .spares, .disk, .timeline, .side',
      ),
    ];
    for (const [i, a] of parts.entries()) {
      for (const b of parts.slice(i + 1)) {
        const [p, q] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
        const isApart =
          p.right <= q.left + 1 || q.right <= p.left + 1 || p.bottom <= q.top + 1 || q.bottom <= p.top + 1;
        if (!isApart) faults.push(`${a.className} lies upon ${b.className}`);
      }
    }
    return faults;
  });
}

for (const [width, height] of [
  [1920, 1080],
  [1440, 900],
  [1280, 720],
  [1180, 800],
  [1024, 768],
  [820, 1180],
  [761, 900],
  [600, 900],
  [390, 844],
  [320, 640],
] as const) {
  test(`everything fits in ${width} x ${height}`, async ({ browser }) => {
    const page = await browser.newPage({ viewport: { width, height } });
    for (const link of [WHOLE, KILLED, CLONING]) {
      await openAt(page, link);
      await expect.poll(() => misfits(page)).toEqual([]);
    }
    await page.close();
  });
}
