// Clients and the disk are machines like the others: opened from the picture, stepped, and followed to the instruction that decides.
import { button, expectNoBarriers, narration, openAt, region, speedUp, tab } from './on-page.ts';
import { expect, type Page, test } from './test.ts';

const machine = (page: Page, name: string) => region(page, `Machine of ${name}`);
const stream = (page: Page, name: string) => page.getByRole('list', { name: `Instructions of ${name}` });

/** Sets a breakpoint in a file of a machine's source, on the first instruction behind a label. */
async function stopBehind(page: Page, name: string, file: string, label: string): Promise<void> {
  const panel = machine(page, name);
  await panel.getByRole('radio', { name: 'Source' }).click();
  await panel.getByRole('combobox', { name: 'File' }).selectOption(file);
  const line = panel
    .locator(`li:has-text("${label}:") + li`)
    .getByRole('button', { name: /^Breakpoint on line/ });
  await line.click();
  await expect(line).toHaveAttribute('aria-pressed', 'true');
}

test('the instruction at which the second of two hosts is refused the flag', async ({ page }) => {
  await openAt(page, 5);
  await page.keyboard.press('3');
  await expect(narration(page).getByText('The logging channel is cut.')).toBeVisible();
  // By keys alone the disk is opened.
  await button(page, 'Open the machine of the disk').focus();
  await page.keyboard.press('Enter');
  const rows = stream(page, 'the disk');
  await expect(rows.locator('.row').first()).toBeVisible();
  await stopBehind(page, 'the disk', 'disk-server.s', 'flag_refused');
  await page.keyboard.press('n');
  await expect(rows.locator('.row-hit')).toContainText('flag_refused');
  await expectNoBarriers(page, '.side');
  const stands = async () =>
    Number((await machine(page, 'the disk').locator('.opened-head .number').innerText()).replace(/\D/g, ''));
  const before = await stands();
  // Who asks is the loser: the other one has had its answer, or it is on its way.
  await page.keyboard.press('ArrowRight');
  await expect.poll(stands).toBe(before + 1);
  await expect(rows.locator('.row-current')).toContainText('li');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(stands).toBe(before);
  await tab(page, 'Narration');
  const told = (text: RegExp) => narration(page).getByText(text);
  await expect(told(/finds the flag taken/)).toHaveCount(0);
  await speedUp(page);
  await button(page, 'Play').click();
  await expect(told(/wins the flag/)).toBeVisible();
  await expect(told(/finds the flag taken/)).toBeVisible();
});

test('the instruction at which a client throws a duplicate away, and who wrote that down', async ({
  page,
}) => {
  await openAt(page, 1, { commands: ['duplicate lan 100% @ 1ms'] });
  await button(page, 'Open the machine of client 1').click();
  const rows = stream(page, 'client 1');
  const panel = machine(page, 'client 1');
  await stopBehind(page, 'client 1', 'client.s', 'answer_duplicate');
  await page.keyboard.press('n');
  await expect(rows.locator('.row-hit')).toContainText('answer_duplicate');
  await expect(panel.locator('li.is-hit')).toContainText('duplicates');
  // Five instructions later the count in its memory is one higher, and knows who wrote it.
  for (const text of ['auipc', 'lw', 'addi', 'auipc', 'sw']) {
    await page.keyboard.press('ArrowRight');
    await expect(rows.locator('.row-current')).toContainText(text);
  }
  await panel.getByRole('radio', { name: 'Memory' }).click();
  await panel.getByRole('combobox', { name: 'Shown as' }).selectOption('words');
  await panel.getByRole('textbox', { name: 'Address or label' }).fill('duplicates');
  await panel.getByRole('button', { name: 'Go' }).click();
  await panel
    .getByRole('button', { name: /^01000000\. Who wrote/ })
    .first()
    .click();
  await expect(panel.getByRole('status')).toContainText('answer_duplicate');
  await tab(page, 'Narration');
  await expect(
    narration(page)
      .getByText(/comes to client 1 once more: it has had it/)
      .first(),
  ).toBeVisible();
  await tab(page, 'Inspect');
  await expectNoBarriers(page, '.side');
});

test('one machine is open at a time, and what happens to it is seen; closed, the picture is as it was', async ({
  page,
}) => {
  await openAt(page, 6);
  const open = (name: string) => button(page, `Open the machine of ${name}`);
  await open('client 2').click();
  await expect(stream(page, 'client 2').locator('.row-current')).toBeVisible();
  await machine(page, 'client 2').getByRole('combobox', { name: 'Host' }).selectOption('disk');
  await expect(stream(page, 'the disk').locator('.row-current')).toBeVisible();
  await expect(open('client 2')).toHaveAttribute('aria-expanded', 'false');
  await tab(page, 'Faults & rules');
  const faults = page.getByRole('tabpanel', { name: 'Faults & rules' });
  await faults.getByRole('button', { name: 'Crash client 2' }).click();
  await expect(region(page, 'Clients').locator('.client-off')).toContainText('no power');
  await faults.getByRole('button', { name: 'Crash the disk server' }).click();
  await expect(region(page, 'Shared disk')).toContainText('no power');
  await tab(page, 'Inspect');
  await expect(machine(page, 'the disk')).toContainText('no power');
  await machine(page, 'the disk').getByRole('button', { name: 'Close the machine of the disk' }).click();
  await expect(stream(page, 'the disk')).toBeHidden();
  await expect(open('the disk')).toHaveAttribute('aria-expanded', 'false');
});
