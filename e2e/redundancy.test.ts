// More hosts than two, and every failure at hand: what a person does, and what the page then shows.
import { button, expectLinkField, narration, openAt, region, speedUp } from './on-page.ts';
import { expect, type Page, test } from './test.ts';

/** Its speed turned up so that nobody has to wait. */
async function openFast(page: Page, ms: number, scenario: object = {}): Promise<void> {
  await openAt(page, ms, scenario);
  await speedUp(page);
}

/** Opens what else can happen to something in the panel. */
async function openMore(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name: 'Faults & rules' }).click();
  await button(page, `More for ${name}`).click();
}

test('two failures in a row are survived: the VM is cloned to the spare host in between', async ({
  page,
}) => {
  await openFast(page, 14, { spares: [{}] });
  await expect(region(page, 'Spare hosts')).toContainText('host C');
  await button(page, 'Kill the primary').click();
  await button(page, 'Play').click();
  await expect(region(page, 'Backup')).toContainText('host C');
  await expect(region(page, 'Logging channel')).toContainText('generation 2');
  await button(page, 'Pause').click();
  await page.getByRole('radio', { name: 'turning points' }).click();
  for (const word of ['FT VMotion begins', 'is whole', 'generation 2 begins'])
    await expect(narration(page)).toContainText(word);
  await button(page, 'Kill the primary').click();
  await button(page, 'Play').click();
  await expect(page.getByText('Solo', { exact: true }).first()).toBeVisible();
  await expect(region(page, 'Primary')).toContainText('host C');
});

test('a host is paused and goes on, from its row in the panel', async ({ page }) => {
  await openFast(page, 14);
  await openMore(page, 'host B');
  await expect(button(page, 'Resume host B')).toBeDisabled();
  await button(page, 'Pause host B').click();
  await expect(page.getByText('Host B paused', { exact: true })).toBeVisible();
  await button(page, 'Resume host B').click();
  await expectLinkField(page, 'commands').toEqual(['pause B @ 14ms', 'resume B @ 14ms']);
});

test('one way of a cable is cut, and a bit is flipped where the field says', async ({ page }) => {
  await openFast(page, 14);
  await openMore(page, 'host A');
  await page.getByLabel('Address and bit to flip on host A').fill('0x80001000.7');
  await button(page, 'Flip bit 0x80001000.7 on host A').click();
  await page.keyboard.press('Escape');
  await page.getByText('Cables of host A', { exact: true }).click();
  await button(page, 'More for the network cable of host A').click();
  await button(page, 'Cut what goes out on the network cable of host A').click();
  await expectLinkField(page, 'commands').toEqual(['flip A 0x80001000.7 @ 14ms', 'cut lan-A out @ 14ms']);
});

test('what is typed at the console comes back from the guest', async ({ page }) => {
  await openFast(page, 2, { id: 'shell', guest: { program: 'shell' }, clients: [] });
  const terminal = region(page, 'Console');
  await terminal.getByLabel('Type on the console').fill('time');
  await page.keyboard.press('Enter');
  await button(page, 'Play').click();
  await expect(terminal).toContainText(/time\s+\d+/);
});

test('lines that are pasted arrive as they are, and too long a text is refused with a word', async ({
  page,
}) => {
  await openAt(page, 2, { id: 'shell', guest: { program: 'shell' }, clients: [] });
  const terminal = region(page, 'Console');
  const field = terminal.getByLabel('Type on the console');
  await field.fill(`echo one "two"\necho ${'long '.repeat(11)}é @ end\ntime`);
  await page.keyboard.press('Enter');
  await expect(field).toHaveValue('');
  await expectLinkField(page, 'commands').toEqual([
    `type vm echo one "two"\\necho ${'long '.repeat(11)}é \\@ end\\ntime\\n @ 2ms`,
  ]);
  await button(page, 'Play').click();
  await expect(terminal).toContainText('one "two"');
  await expect(terminal).toContainText(/time\s+\d+/);
  await field.fill('x'.repeat(5000));
  await expect(terminal.getByRole('alert')).toContainText('5,001 bytes');
  await page.keyboard.press('Enter');
  await expect(field).toHaveValue('x'.repeat(5000));
});

test('a scenario is found by its words', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: /^Scenario/ }).click();
  const search = page.getByRole('searchbox');
  await expect(search).toBeFocused();
  await search.fill('poker nothing');
  await expect(page.getByRole('dialog', { name: 'Scenario' })).toContainText('No scenario has these words.');
  await search.fill('downloads');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expectLinkField(page, 'id').toBe('bulk-sender');
});
