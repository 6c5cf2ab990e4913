// Time as a dimension: what takes long is stopped, the past branches, breakpoints are run to and back to, a machine is looked into.
import { linkTo } from './link.ts';
import {
  button,
  expectInstant,
  expectLinkField,
  expectNoBarriers,
  instant,
  openAt,
  region,
  tab,
} from './on-page.ts';
import { expect, test } from './test.ts';

test('a link far into a long run opens with its progress, and is stopped where it has come', async ({
  page,
}) => {
  const scenario = { guest: { program: 'compute' }, clients: [], untilNs: 900_000_000_000 };
  const view = { cursorNs: 600_000_000_000 };
  await page.goto(`/${linkTo({ version: 1, id: 'compute', ...scenario, view })}`);
  await expect(page.getByRole('progressbar')).toBeVisible();
  const stop = page.getByRole('button', { name: /^Stop/ });
  await stop.click();
  await expect(button(page, 'Play')).toBeEnabled();
  await expect(page.getByRole('progressbar')).toHaveCount(0);
  await expectInstant(page).toBeLessThan(600_000);
});

test('a guest in an endless loop with interrupts off is stopped like any other', async ({ page }) => {
  const source = '_start: csrw mie, zero\n0: addi a0, a0, 1\nj 0b\n';
  const guest = { program: 'compute', source };
  const scenario = { guest, machine: { instructionsPerSecond: 1_000_000_000 }, clients: [] };
  const view = { cursorNs: 900_000_000_000 };
  await page.goto(`/${linkTo({ version: 1, ...scenario, untilNs: 3_600_000_000_000, view })}`);
  const progress = page.getByRole('progressbar');
  const stop = page.getByRole('button', { name: /^Stop/ });
  const stopped = async (): Promise<void> => {
    await expect(progress).toBeVisible();
    await stop.click();
    await expect(progress).toHaveCount(0);
    await expect(button(page, 'Play')).toBeEnabled();
  };
  await stopped();
  await expectInstant(page).toBeGreaterThan(0);
  const there = await instant(page);
  expect(there).toBeLessThan(900_000);
  await page.keyboard.press('b');
  const stops = region(page, 'Breakpoints');
  await stops.getByLabel('New breakpoint').fill('register a1 5');
  await page.keyboard.press('Enter');
  await stops.getByRole('button', { name: /^Run to next/ }).click();
  await stopped();
  await expectInstant(page).toBe(there);
  await page.keyboard.press('p');
  await stopped();
  await expectInstant(page).toBe(there);
  await tab(page, 'Inspect');
  const machine = region(page, 'Machine of host A');
  await machine.getByRole('button', { name: /^a1 .*Who wrote a1 last/ }).click();
  await stopped();
  await expectInstant(page).toBe(there);
});

test('acting in the past begins a branch; the other one stays, and has its own name and link', async ({
  page,
}) => {
  await openAt(page, 30);
  await page.getByRole('slider', { name: 'Cursor' }).focus();
  for (let i = 0; i < 3; i++) {
    const before = await instant(page);
    await page.keyboard.press('PageUp');
    await expectInstant(page).toBeLessThan(before);
  }
  const past = await instant(page);
  await button(page, 'Kill the primary').click();
  await expect(button(page, 'Branch: crash A')).toBeVisible();
  await tab(page, 'Time');
  const branches = region(page, 'Branches');
  await expect(branches).toContainText('leaves “first run”');
  await expectNoBarriers(page);
  await expectLinkField(page, 'commands').toHaveLength(1);
  await branches.getByRole('button', { name: 'Compare first run with this one' }).click();
  await expect(branches).toContainText('commands');
  await expect(branches).toContainText('hostCrashed');
  await branches.getByRole('button', { name: 'Play both until they differ' }).click();
  await expect(branches.getByRole('status')).toContainText('Host A loses power');
  await branches.getByRole('button', { name: 'Rename first run' }).click();
  await branches.getByLabel('Name of the branch').fill('nothing fails');
  await page.keyboard.press('Enter');
  await branches.getByRole('button', { name: 'Go to nothing fails' }).click();
  await expect(button(page, 'Branch: nothing fails')).toBeVisible();
  await expectLinkField(page, 'commands').toBeUndefined();
  await expectInstant(page).toBe(past);
  await branches.getByRole('button', { name: 'Delete crash A' }).click();
  await expect(button(page, 'Branch: nothing fails')).toHaveCount(0);
});

test('a breakpoint is checked, run to and back to, by keys too', async ({ page }) => {
  await openAt(page, 6);
  await page.keyboard.press('b');
  const stops = region(page, 'Breakpoints');
  const field = stops.getByLabel('New breakpoint');
  await field.fill('a0 == 5 )');
  await page.keyboard.press('Enter');
  await expect(stops.getByRole('alert')).toContainText('column 9');
  await field.fill('output released');
  await page.keyboard.press('Enter');
  await expect(stops.getByText('output released', { exact: true })).toBeVisible();
  await stops.getByRole('button', { name: /^Run to next/ }).click();
  await expect(stops.getByRole('status')).toContainText('leaves the primary');
  await expectInstant(page).toBeGreaterThan(6);
  const there = await instant(page);
  await expectNoBarriers(page);
  await page.keyboard.press('n');
  await expectInstant(page).toBeGreaterThan(there);
  await page.keyboard.press('p');
  await expectInstant(page).toBe(there);
});

test('a machine is looked into: who wrote a register and a byte, and why a client got its answer', async ({
  page,
}) => {
  await openAt(page, 14);
  await tab(page, 'Inspect');
  const machine = region(page, 'Machine of host A');
  await machine.getByRole('button', { name: /^a0 .*Who wrote a0 last/ }).click();
  await expect(machine).toContainText('Written by instruction');
  for (const part of ['Source', 'Calls', 'Devices', 'Log', 'Memory']) {
    await machine.getByRole('radio', { name: part }).click();
    await expect(machine).toContainText('instruction');
    await expectNoBarriers(page);
  }
  await machine.getByLabel('Address or label').fill('nowhere');
  await page.keyboard.press('Enter');
  await expect(machine.getByRole('alert')).toContainText('nowhere');
  await page
    .getByRole('button', { name: /^client 1/ })
    .first()
    .click();
  await button(page, 'What led to this answer?').click();
  const before = await instant(page);
  await page.getByRole('listitem').filter({ hasText: 'asked' }).getByRole('button').first().click();
  await expectInstant(page).toBeLessThan(before);
});

test('closing the tab loses nothing: the run is offered again, with its branches', async ({ page }) => {
  await openAt(page, 20);
  await page.getByRole('slider', { name: 'Cursor' }).focus();
  await page.keyboard.press('PageUp');
  await expectInstant(page).toBeLessThan(20);
  await button(page, 'Kill the backup').click();
  await expect(button(page, 'Branch: crash B')).toBeVisible();
  const past = await instant(page);
  await expect.poll(() => page.evaluate(() => localStorage.getItem('understudy.run'))).toContain('crash B');
  await expectLinkField(page, 'commands').toHaveLength(1);
  // Opening its link again offers the rest of it, and looking at that takes nothing away.
  const link = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await expect(button(page, 'Go on with it')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expectInstant(page).toBeGreaterThan(past);
  await page.goto('about:blank');
  await page.goto('/');
  await page.getByRole('button', { name: 'Go on with it' }).click();
  await expect(button(page, 'Branch: crash B')).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('Restored, paused: 2 branches');
  await expectInstant(page).toBe(past);
  await expect(button(page, 'Play')).toBeEnabled();
});

test('what is done while the run plays as fast as it can is kept at once', async ({ page }) => {
  await openAt(page, 6, { clients: [{ requests: 100_000 }, { requests: 100_000 }], untilNs: 60_000_000_000 });
  for (let i = 0; i < 12; i++) await page.keyboard.press(']');
  await page.keyboard.press('Space');
  await expect(button(page, 'Pause')).toBeVisible();
  await button(page, 'Kill the backup').click();
  await expect.poll(() => page.evaluate(() => localStorage.getItem('understudy.run'))).toContain('crash B');
  await expect(button(page, 'Pause')).toBeVisible();
});

test('where nothing further happens a step stays, and says so', async ({ page }) => {
  await openAt(page, 14);
  await button(page, 'Other steps').click();
  await page.getByRole('menuitemradio', { name: /failure/ }).click();
  await page.keyboard.press('.');
  await expect(page.getByText('Nothing of the kind happens within the next second')).toBeVisible();
  await expectInstant(page).toBe(14);
});
