// What people do with the page around the run: keys, going back, links, the palette, languages, rules, embedding.
import {
  button,
  expectInstant,
  expectLink,
  expectLinkField,
  instant,
  narration,
  openAt,
  region,
} from './on-page.ts';
import { expect, type Page, test } from './test.ts';

/** Presses a key and waits for the cursor to go where it should. */
async function press(
  page: Page,
  key: string,
  isThere: (before: number, after: number) => boolean,
): Promise<void> {
  const before = await instant(page);
  await page.keyboard.press(key);
  await expect.poll(async () => isThere(before, await instant(page))).toBe(true);
}

test('stepping, going back and on again, by keys alone', async ({ page }) => {
  await openAt(page, 14);
  await press(page, 'ArrowRight', (before, after) => after > before);
  await press(page, 'ArrowLeft', (before, after) => after < before);
  await press(page, 'Shift+ArrowRight', (before, after) => after > before);
  await press(page, 'PageDown', (before, after) => after > before);
  await press(page, 'PageUp', (before, after) => after < before);
  await press(page, 'Home', (_, after) => after === 0);
  await press(page, 'End', (_, after) => after >= 14);
  await page.keyboard.press('Space');
  await expect(button(page, 'Pause')).toBeVisible();
  await page.keyboard.press('Space');
  await expect(button(page, 'Play')).toBeVisible();
  await page.keyboard.press('1');
  await expect(narration(page)).toContainText('Host A loses power.');
});

test('back and on again shows the same', async ({ page }) => {
  await openAt(page, 30, { commands: ['crash A @ 14ms'] });
  const told = await narration(page).innerText();
  await press(page, 'Home', (_, after) => after === 0);
  await expect(narration(page)).not.toContainText('Host A loses power.');
  await press(page, 'End', (_, after) => after === 30);
  await expect.poll(() => narration(page).innerText()).toBe(told);
});

test('a line of the narration leads to its instant, a click on the timeline to that one', async ({
  page,
}) => {
  await openAt(page, 30, { commands: ['crash A @ 14ms'] });
  await narration(page).getByRole('button', { name: 'Go to 14.000 ms' }).first().click();
  await expectInstant(page).toBe(14);
  await page.getByRole('slider', { name: 'Cursor' }).click({ position: { x: 200, y: 100 } });
  await expectInstant(page).not.toBe(14);
});

test('the address is the link to what is on screen, and Share shows it', async ({ page }) => {
  await openAt(page, 14);
  await page.keyboard.press('1');
  await expectLinkField(page, 'commands').toEqual(['crash A @ 14ms']);
  await button(page, 'Share').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Link', { exact: true })).toHaveValue(page.url());
  await expect(dialog).toContainText('Nothing is uploaded');
  await expect(dialog.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('a damaged link says so, and what the person had stays', async ({ page }) => {
  await openAt(page, 14);
  await page.evaluate(() => {
    location.hash = '#u1=damaged!';
  });
  await expect(page.getByRole('alert')).toContainText('damaged');
  await expectInstant(page).toBe(14);
  await expect.poll(() => page.url()).not.toContain('damaged');
  await expectLink(page).toMatchObject({ view: { cursorNs: 14_000_000 } });
  await page.keyboard.press('Escape');
  await expect(page.getByRole('alert')).toBeEmpty();
});

test('the palette finds a command, help shows the keys', async ({ page }) => {
  await openAt(page, 14);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.type('backup kill');
  await page.keyboard.press('Enter');
  await expect(narration(page)).toContainText('Host B loses power.');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText('Step forward');
});

test('the page speaks Chinese to whom prefers it, and keeps what was chosen', async ({ browser }) => {
  const context = await browser.newContext({ locale: 'zh-CN' });
  const page = await context.newPage();
  await page.goto('/');
  await expect(page.getByRole('button', { name: '暂停', exact: true })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await page.getByRole('button', { name: /Switch to English/ }).click();
  await expect(button(page, 'Pause')).toBeVisible();
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await context.close();
});

test('a store that is forbidden breaks nothing', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('denied', 'SecurityError');
      },
    });
  });
  await page.goto('/');
  await expect(region(page, 'Clients')).toContainText('got 11');
});

test('switching the Output Rule off starts the run again without it', async ({ page }) => {
  await openAt(page, 14);
  await page.getByRole('tab', { name: 'Faults & rules' }).click();
  await page.getByRole('radio', { name: 'rules' }).click();
  await page.getByText('Output Rule', { exact: true }).click();
  await expectLinkField(page, 'rules').toEqual({ outputRule: false });
  await expectInstant(page).toBe(14);
});

test('embedded, it is the picture and the transport, and the way to the rest', async ({ page }) => {
  await page.goto('/?embed');
  await expect(region(page, 'Primary')).toBeVisible();
  await expect(region(page, 'Timeline')).toHaveCount(0);
  await expect(button(page, 'Share')).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Open in full' })).toHaveAttribute('href', /^[^?]+(#u1=.*)?$/);
});

test('the side panel is made wider by keys, and menus are opened and left by keys', async ({ page }) => {
  await openAt(page, 14);
  const splitter = page.getByRole('separator');
  const width = async () => (await region(page, 'About this run').boundingBox())?.width ?? 0;
  const usual = await width();
  await splitter.focus();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(width).toBeGreaterThan(usual);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect.poll(width).toBeLessThan(usual);
  const units = button(page, 'Other steps');
  await units.focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menu')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(units).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(button(page, 'Step by: packet')).toBeFocused();
});

test('what an icon does is said to the pointer that rests on it, and to whoever comes by keyboard', async ({
  page,
}) => {
  await openAt(page, 14);
  await page.mouse.move(700, 300);
  await button(page, 'Zoom in').hover();
  await expect(page.getByRole('tooltip')).toContainText('Zoom in');
  await page.mouse.move(700, 300);
  await expect(page.getByRole('tooltip')).toHaveCount(0);
  // Every stop on the way through the page, once around.
  for (let i = 0; i < 40; i++) await page.keyboard.press('Tab');
  await expect(region(page, 'Primary')).toBeVisible();
  await button(page, 'Step forward').focus();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('tooltip')).toContainText('Step forward');
});
