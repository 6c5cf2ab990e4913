// The main job: a counter that survives its host, seen and done by a person at the page.
import { linkTo } from './link.ts';
import { button, expectLinkField, lastAnswers, narration, openAt, region, speedUp } from './on-page.ts';
import { expect, type Page, test } from './test.ts';

/** A run opened paused at an instant, its speed turned up so that nobody has to wait. */
async function openFast(page: Page, ms: number): Promise<void> {
  await openAt(page, ms);
  await speedUp(page);
}

test('the counter is running when the page opens, and every part of the picture is there', async ({
  page,
}) => {
  await page.goto('/');
  await expect(button(page, 'Pause')).toBeVisible();
  for (const name of [
    'Primary',
    'Backup',
    'Logging channel',
    'Output gate',
    'Shared disk',
    'Clients',
    'Timeline',
  ]) {
    await expect(region(page, name)).toBeVisible();
  }
  await expect(narration(page)).toBeVisible();
  await expect(region(page, 'Clients')).toContainText('got 11');
  await expect(region(page, 'Shared disk')).toContainText('free');
});

test('killing the primary: the backup takes over, and the clients notice nothing but a wait', async ({
  page,
}) => {
  await openFast(page, 8.2);
  const before = Math.max(...(await lastAnswers(page)));
  await button(page, 'Kill the primary').click();
  await button(page, 'Play').click();
  await expect(page.getByText('Solo', { exact: true }).first()).toBeVisible();
  await expect(region(page, 'Shared disk')).toContainText('host B');
  await expect.poll(async () => Math.min(...(await lastAnswers(page)))).toBeGreaterThan(before + 1);
  await button(page, 'Pause').click();
  await page.getByRole('radio', { name: 'turning points' }).click();
  const log = narration(page);
  for (const word of ['loses power', 'wins the flag', 'goes live', 'MAC'])
    await expect(log).toContainText(word);
  await expectLinkField(page, 'commands').toHaveLength(1);
});

test('killing the backup: the primary goes on alone', async ({ page }) => {
  await openFast(page, 8.2);
  await button(page, 'Kill the backup').click();
  await button(page, 'Play').click();
  await expect(page.getByText('Solo', { exact: true }).first()).toBeVisible();
  await expect(region(page, 'Shared disk')).toContainText('host A');
  await expect(region(page, 'Primary')).toContainText('host A');
});

test('cutting the logging channel and mending it in time: still protected', async ({ page }) => {
  await openFast(page, 8.2);
  await button(page, 'Cut the logging channel').click();
  await expect(button(page, 'Mend the logging channel')).toBeVisible();
  await button(page, 'Mend the logging channel').click();
  await button(page, 'Play').click();
  await expect.poll(async () => Math.min(...(await lastAnswers(page)))).toBeGreaterThan(15);
  await expect(page.getByText('Protected', { exact: true }).first()).toBeVisible();
});

test('cutting the logging channel for good: exactly one machine goes on', async ({ page }) => {
  await openFast(page, 8.2);
  await button(page, 'Cut the logging channel').click();
  await button(page, 'Play').click();
  await expect(page.getByText('Solo', { exact: true }).first()).toBeVisible();
  // While it plays on, everything else passes out of the narration sooner or later.
  await page.getByRole('radio', { name: 'turning points' }).click();
  await expect(narration(page)).toContainText('halts');
});

test('one step is one instruction, and a step back undoes it', async ({ page }) => {
  await openFast(page, 10.21);
  const primary = region(page, 'Primary');
  const before = await primary.innerText();
  await button(page, 'Step forward').click();
  await expect(primary).not.toHaveText(before, { useInnerText: true });
  const stepped = await primary.innerText();
  await button(page, 'Step back').click();
  await expect(primary).not.toHaveText(stepped, { useInnerText: true });
  await button(page, 'Step forward').click();
  await expect(primary).toHaveText(stepped, { useInnerText: true });
});

for (const [what, address, sentence] of [
  ['damaged', '#u1=AAAA', 'damaged'],
  ['newer', '#u9=AAAA', 'newer Understudy'],
  ['impossible', linkTo({ version: 1, machine: { ramBytes: 12 } }), 'ramBytes'],
  ['of an unknown host', linkTo({ version: 1, commands: ['crash Q @ 1ms'] }), 'there is no host "Q"'],
] as const) {
  test(`a link that is ${what} is refused in words, and the run stays`, async ({ page }) => {
    await openFast(page, 9.2);
    await expect(region(page, 'Clients')).toContainText('got 13');
    await page.evaluate((hash) => {
      location.hash = hash;
    }, address);
    await expect(page.getByRole('alert')).toContainText(sentence);
    await expect(region(page, 'Clients')).toContainText('got 13');
  });
}
