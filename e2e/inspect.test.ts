// Looking into a run: breakpoints where they stand, running to what is picked, packets, entries at any time, cables, blocks, what has changed.
import { button, expectInstant, expectNoBarriers, instant, openAt, region, tab } from './on-page.ts';
import { expect, type Page, test } from './test.ts';

const inspector = (page: Page) => page.getByRole('tabpanel', { name: 'Inspect' });
const rows = (page: Page, host: string) => region(page, host).locator('.row[data-instruction]');

test('a row is run to and back to, and a breakpoint is set in its gutter, by keys alone', async ({
  page,
}) => {
  await openAt(page, 14);
  const backup = rows(page, 'Backup');
  await region(page, 'Backup').getByRole('list', { name: 'Instructions' }).focus();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-instruction'));
  await page.keyboard.press('ArrowDown');
  await expect.poll(focused).toMatch(/^\d+$/);
  const current = await focused();
  await page.keyboard.press('ArrowDown');
  await expect.poll(focused).not.toBe(current);
  const wanted = await focused();
  await page.keyboard.press('c');
  await expect(region(page, 'Backup').locator('.row-current')).toHaveAttribute('data-instruction', wanted!);
  await expectInstant(page).toBeGreaterThan(14);
  await backup.first().focus();
  const first = await backup.first().getAttribute('data-instruction');
  await page.keyboard.press('c');
  await expect(region(page, 'Backup').locator('.row-current')).toHaveAttribute('data-instruction', first!);
  await rows(page, 'Primary').last().focus();
  await page.keyboard.press('F9');
  const stop = rows(page, 'Primary')
    .last()
    .getByRole('button', { name: /^Breakpoint before 0x8/ });
  await expect(stop).toHaveAttribute('aria-pressed', 'true');
  await expectNoBarriers(page);
  await tab(page, 'Time');
  await expect(region(page, 'Breakpoints').getByText(/^at 0x8/)).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('F8');
  await expect(region(page, 'Primary').locator('.row-hit')).toBeVisible();
  await expect(region(page, 'Breakpoints').getByRole('status')).toContainText('Stopped at');
  await expectNoBarriers(page);
});

test('a press in the gutter sets a breakpoint, another one takes it away; a hit is seen at its source line', async ({
  page,
}) => {
  await openAt(page, 14);
  await tab(page, 'Inspect');
  const machine = region(page, 'Machine of host A');
  await machine.getByRole('radio', { name: 'Source' }).click();
  await expect(machine.locator('li.is-here')).toBeInViewport();
  const wfi = machine
    .locator('li', { hasText: /\d\s+wfi\b/ })
    .getByRole('button', { name: /^Breakpoint on line/ })
    .first();
  await wfi.click();
  await expect(wfi).toHaveAttribute('aria-pressed', 'true');
  // The same instruction in the stream of whoever acts.
  const inStream = rows(page, 'Primary').last().getByRole('button');
  await expect(inStream).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('n');
  await expect(machine.locator('li.is-hit')).toContainText('wfi');
  await expect(region(page, 'Primary').locator('.row-hit')).toContainText('wfi');
  await expectNoBarriers(page);
  await wfi.click();
  await expect(wfi).toHaveAttribute('aria-pressed', 'false');
  // A line is run to from where the focus is.
  await machine
    .locator('li', { hasText: /\d\s+j\s+idle_sleep/ })
    .first()
    .focus();
  const before = await instant(page);
  await page.keyboard.press('c');
  await expectInstant(page).not.toBe(before);
  await expect(machine.locator('li.is-here')).toContainText('idle_sleep');
});

test('the guest’s text has the same breakpoints, and its lines are run to', async ({ page }) => {
  await openAt(page, 14);
  await page.keyboard.press('e');
  const drawer = page.getByRole('dialog', { name: 'Program', exact: true });
  await expect(page.getByRole('textbox', { name: 'counter.s, source text' })).toBeFocused();
  await page.keyboard.press('F9');
  await expect(drawer).toContainText('nothing of the program stands on line counter.s:1');
  await drawer
    .getByRole('button', { name: 'kernel.s' })
    .or(drawer.getByRole('radio', { name: 'kernel.s' }))
    .click();
  const text = page.getByRole('textbox', { name: 'kernel.s, source text' });
  await text.focus();
  await page.keyboard.press('Control+f');
  await page.keyboard.type('    wfi');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(text).toBeFocused();
  await page.keyboard.press('F9');
  const toggle = drawer.getByRole('button', { name: /^Breakpoint on line \d+/ });
  await expect(toggle).toHaveAttribute('aria-pressed', 'true');
  await expect(drawer.locator('.cm-stop')).not.toHaveCount(0);
  await expectNoBarriers(page);
  const before = await page.locator('.readout').innerText();
  await drawer.getByRole('button', { name: /^Run to line/ }).click();
  await expect(page.locator('.readout')).not.toHaveText(before, { useInnerText: true });
  await toggle.click();
  await expect(toggle).toHaveAttribute('aria-pressed', 'false');
});

test('a packet on its way shows its layers and bytes, by keyboard, and what led to it', async ({ page }) => {
  await openAt(page, 10.86);
  await page.getByRole('button', { name: 'request 3 of client 2, from client 2 to the switch' }).focus();
  await page.keyboard.press('Enter');
  for (const layer of ['Ethernet', 'IPv4', 'UDP', 'request'])
    await expect(inspector(page).getByRole('heading', { name: layer, exact: true })).toBeVisible();
  await expect(region(page, 'Bytes of On its way')).toContainText('0000  52 54 00 12 34 56');
  await expectNoBarriers(page);
  await button(page, 'What led to it?').click();
  await expect(inspector(page).getByRole('status')).toContainText('Client 2 asks');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+End');
  await expect(inspector(page)).toContainText('It is no longer on its way.');
  await expect(region(page, 'Bytes of On its way')).toBeVisible();
});

test('an entry has its fields and bytes long after no buffer holds it, and is gone back to', async ({
  page,
}) => {
  await openAt(page, 11.2);
  await page.getByRole('button', { name: 'Log entry 41, packet' }).click();
  const bytes = region(page, 'Bytes of Log entry 41');
  await expect(bytes).toBeVisible();
  const told = await bytes.innerText();
  const recorded = await inspector(page).getByRole('button', { name: /^10\./ }).innerText();
  await page.keyboard.press('Shift+End');
  await expectInstant(page).toBeGreaterThan(50);
  await expect(bytes).toHaveText(told, { useInnerText: true });
  await page.keyboard.press('c');
  await expectInstant(page).toBeLessThan(11.2);
  await expect(page.locator('.readout')).toContainText(recorded, { useInnerText: true });
});

test('cables are looked at, from a host by keyboard and in the picture by a press', async ({ page }) => {
  await openAt(page, 15.97, { commands: ['cut lan-A in @ 15ms'] });
  await button(page, 'host A').click();
  await region(page, 'Cables').getByRole('button', { name: 'The network cable of host A' }).click();
  await expect(inspector(page)).toContainText('Latency');
  await expect(inspector(page)).toContainText('cut');
  await expect(region(page, 'On its way')).toContainText('Nothing.');
  await expectNoBarriers(page);
  await page.locator('[data-link="lan-client1"] .wire-reach').click({ force: true });
  await expect(inspector(page).getByRole('heading', { name: 'The network cable of client 1' })).toBeVisible();
  await region(page, 'On its way').getByRole('button', { name: 'request 4 of client 1' }).click();
  await expect(inspector(page)).toContainText('IPv4');
});

test('a block is shown whole, and how it came to hold that', async ({ page }) => {
  await openAt(page, 14);
  await button(page, 'Block 7').click();
  await expect(region(page, 'Bytes of Block 7')).toContainText('0000  10 00 00 00');
  await button(page, 'How did this come here?').click();
  const causes = inspector(page).getByRole('status').getByRole('button');
  await expect(causes.last()).toContainText('written');
  await expectNoBarriers(page);
  await causes.first().click();
  await expectInstant(page).toBeLessThan(12.2);
});

test('what has changed is against where the run stood before, also after another part was looked at', async ({
  page,
}) => {
  await openAt(page, 14);
  await tab(page, 'Inspect');
  const machine = region(page, 'Machine of host A');
  await expect(machine.locator('.is-changed')).toHaveCount(0);
  await page.keyboard.press(',');
  const changed = machine.locator('.is-changed');
  await expect(changed).not.toHaveCount(0);
  const names = await changed.allInnerTexts();
  await machine.getByRole('radio', { name: 'Memory' }).click();
  await expect(machine.getByLabel('Address or label')).toBeVisible();
  await tab(page, 'Narration');
  await tab(page, 'Inspect');
  await expect(changed).toHaveText(names, { useInnerText: true });
});

test('a property that broke leads to both of the facts that contradict each other', async ({ page }) => {
  await openAt(page, 40, { rules: { outputRule: false }, commands: ['crash A @ 14ms'] });
  await page.getByRole('button', { name: /properties/ }).click();
  const broken = inspector(page).locator('.property-broken').first();
  await expect(broken).toContainText('§');
  await expectNoBarriers(page);
  await broken.getByRole('button', { name: /^The earlier fact/ }).click();
  await expectInstant(page).toBeLessThan(40);
});
