// Another program, written in the page: mistakes named as one types, run on both hosts, shared, kept, and brought as a file.
import { readFileSync } from 'node:fs';
import { linkTo } from './link.ts';
import {
  button,
  expectInstant,
  expectLink,
  expectLinkField,
  expectNoBarriers,
  lastAnswers,
  openAt,
  region,
  speedUp,
} from './on-page.ts';
import { expect, type Page, test } from './test.ts';

const textIn = (file: string) => readFileSync(new URL(`../src/scenario/${file}`, import.meta.url), 'utf8');
const COUNTER = textIn('guests/counter.s');
/** A client that leaves out every other number. */
const SKIPPING = textIn('programs/client.s').replace(/(lw +t0, BOOT_LAST\(s0\)\n +addi +t0, t0,) 1/, '$1 2');
const MY_DISK = `# mine\n${textIn('programs/disk-server.s')}`;
const BY_FIVE = COUNTER.replace(/1( +# from here on, this is the number)/, '5$1');

const drawer = (page: Page) => page.getByRole('dialog', { name: 'Program', exact: true });
const text = (page: Page) => page.getByRole('textbox', { name: 'counter.s, source text' });

/** Opens the counter's beginning, paused, and the editor. */
async function openEditor(page: Page, guest: object = {}): Promise<void> {
  await page.goto(`/${linkTo({ version: 1, id: 'counter', guest, view: { cursorNs: 1_000_000 } })}`);
  await expect(button(page, 'Play')).toBeEnabled();
  await expectInstant(page).toBe(1);
  await page.keyboard.press('e');
  await expect(text(page)).toBeFocused();
}

/** Puts a text in place of the whole one, as pasting it would. */
async function write(page: Page, source: string): Promise<void> {
  await text(page).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(source);
}

/** To where this stands in the text that has the focus. */
async function goToText(page: Page, sought: string): Promise<void> {
  await page.keyboard.press('Control+f');
  await page.keyboard.type(sought);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
}

test('a mistake is named where it is, the fixed guest runs, and survives its host', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await openEditor(page);
  await expect(drawer(page)).toContainText(/Assembles: [\d,]+ bytes of RAM/);
  await page.keyboard.insertText('  addd a0, a0, a1\n');
  await expect(drawer(page)).toContainText('1 error');
  await expect(drawer(page)).toContainText('counter.s:1:3');
  await expect(drawer(page)).toContainText('there is no instruction or macro addd; did you mean addi?');
  await expect(drawer(page).locator('.cm-lintRange-error')).toHaveText('addd');
  await expect(drawer(page).getByRole('button', { name: /^Run (Ctrl|⌘)/ })).toBeDisabled();

  await write(page, BY_FIVE);
  await expect(drawer(page)).toContainText('Assembles');
  await page.keyboard.press('Control+Enter');
  await expect(drawer(page)).toHaveCount(0);
  await speedUp(page);
  await expect.poll(async () => Math.max(0, ...(await lastAnswers(page)))).toBeGreaterThanOrEqual(20);
  await page.keyboard.press('1');
  const before = Math.max(...(await lastAnswers(page)));
  await expect(page.getByText('Solo', { exact: true }).first()).toBeVisible();
  await expect.poll(async () => Math.max(...(await lastAnswers(page)))).toBeGreaterThan(before);
  await expect.poll(async () => (await lastAnswers(page)).map((answer) => answer % 5)).toEqual([0, 0]);
  expect(complaints).toEqual([]);
});

test('the link carries the edited source to whoever opens it', async ({ page, browser }) => {
  await openEditor(page);
  await write(page, BY_FIVE);
  await page.keyboard.press('Control+Enter');
  await expect(drawer(page)).toHaveCount(0);
  await expectLinkField(page, 'guest').toEqual({ source: BY_FIVE });
  await button(page, 'Start again').click();
  await expect(button(page, 'Pause')).toBeVisible();
  await page.keyboard.press('Space');
  await expectLinkField(page, 'guest').toEqual({ source: BY_FIVE });
  const other = await (await browser.newContext()).newPage();
  await other.goto(page.url());
  await expect(button(other, 'Play')).toBeEnabled();
  await other.keyboard.press('e');
  await expect(text(other)).toContainText('The counter: a number that lives on the disk');
  await expect(drawer(other).getByRole('button', { name: 'Back to the built-in' })).toBeEnabled();
  await other.context().close();
});

test('a file is taken for what it holds, and refused with the reason', async ({ page }) => {
  await openEditor(page);
  const bring = async (name: string, buffer: Buffer) => {
    const chooser = page.waitForEvent('filechooser');
    await button(page, 'Open a file…').click();
    await (await chooser).setFiles({ name, mimeType: 'application/octet-stream', buffer });
  };
  const elf = Buffer.alloc(64);
  elf.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  elf.writeUInt16LE(2, 16);
  elf.writeUInt16LE(62, 18);
  await bring('hello', elf);
  await expect(drawer(page)).toContainText('hello: The ELF file is for x86-64; this machine is RISC-V.');
  await bring('large.bin', Buffer.alloc(300_000));
  await expect(drawer(page)).toContainText('large.bin has 300,000 bytes');
  await bring('picture.s', Buffer.from('89504e470d0a1a0a', 'hex'));
  await expect(drawer(page)).toContainText('a picture');
  await bring('mine.txt', Buffer.from('  .globl nothing\n  lw a0, q9\n'));
  await expect(drawer(page)).toContainText('counter.s:2:10');
  await expect(text(page)).toContainText('.globl nothing');
  // j . : a flat image of one instruction.
  await bring('loop.bin', Buffer.from('6f000000', 'hex'));
  await expect(drawer(page)).toContainText('loop.bin is a flat image: 4 bytes of RAM');
  await button(page, 'Run it').click();
  await expect(drawer(page)).toHaveCount(0);
  await expectLinkField(page, 'guest').toEqual({ elf: 'bwAAAA==' });
});

test('what was written survives closing the page', async ({ page }) => {
  await openEditor(page);
  await page.keyboard.insertText('# half an idea');
  await expect(drawer(page)).toContainText('Assembles');
  await page.goto('about:blank');
  await openEditor(page);
  await expect(drawer(page)).toContainText('You left unfinished changes to counter.s.');
  await button(page, 'Continue with them').click();
  await expect(text(page)).toContainText('# half an idea');
  await page.keyboard.press('Escape');
  await expect(drawer(page)).toHaveCount(0);
  await page.keyboard.press('e');
  await expect(text(page)).toContainText('# half an idea');
});

test('a store that is full is reported once, and nothing else stops working', async ({ page }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await openEditor(page);
  await page.keyboard.insertText('#');
  await expect(drawer(page)).toContainText('This browser does not store your text');
  await drawer(page).getByText('Dismiss').click();
  await write(page, BY_FIVE);
  await expect(drawer(page)).not.toContainText('This browser does not store your text');
  await page.keyboard.press('Control+Enter');
  await expectLinkField(page, 'guest').toEqual({ source: BY_FIVE });
});

test('keys: completion, going to a definition, Tab in the text and out of it', async ({ page }) => {
  await openEditor(page);
  await page.keyboard.insertText('\n');
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('  amosw');
  const completions = drawer(page).getByRole('listbox', { name: 'Completions' });
  await expect(completions.getByRole('option').first()).toContainText('amoswap.w');
  await expect(drawer(page)).toContainText('M[rs1] = rs2');
  await page.keyboard.press('Escape');
  await expect(completions).toHaveCount(0);
  await expect(drawer(page)).toBeVisible();
  await write(page, '  .include "kernel.s"\n  j idle_sleep');
  await page.keyboard.press('F12');
  const kernel = page.getByRole('textbox', { name: 'kernel.s, source text' });
  await expect(kernel).toBeFocused();
  await expect(kernel.locator('.cm-activeLine')).toContainText('idle_sleep:');
  // The run is paused, and its guest asleep.
  await expect(kernel.locator('.cm-executing')).toContainText('wfi');
  await page.getByRole('radio', { name: 'counter.s' }).click();
  await write(page, 'nop');
  await page.keyboard.press('Home');
  await page.keyboard.press('Tab');
  await expect(text(page)).toBeFocused();
  await expect(text(page)).toHaveText(/^\s+nop$/);
  await page.keyboard.press('Control+m');
  await page.keyboard.press('Tab');
  await expect(text(page)).not.toBeFocused();
});

test('guests that can’t go on are stopped and explained, one that never rests can be stopped', async ({
  page,
}) => {
  const told = page.getByRole('log', { name: 'Narration' });
  const run = async (source: string) => {
    // From one link to another the page would stay the same.
    await page.goto('about:blank');
    await openEditor(page, { source: 'nop' });
    await write(page, source);
    await expect(drawer(page)).toContainText('Assembles');
    await page.keyboard.press('Control+Enter');
    await expect(drawer(page)).toHaveCount(0);
    // At this speed other lines come and go.
    await page.getByRole('radio', { name: 'turning points' }).click();
    await speedUp(page);
  };
  await run('  li t0, 0x40000000\n  jr t0\n');
  await expect(told).toContainText('is stuck: there is no memory to execute at 0x4000_0000');
  await expect(page.getByText('Its guest is stuck.').first()).toBeVisible();
  await run('  li t0, 0x100000\n  li t1, 0x33333\n  sw t1, 0(t0)\n');
  await expect(told).toContainText('The guest on host A ends with code 3.');
  // Interrupts are off, so nothing ever gets through to it; and one that never stops talking.
  for (const endless of ['1: j 1b\n', '  li t0, 0x10000000\n1: sb t0, 0(t0)\n  j 1b\n']) {
    await run(endless);
    await expectLink(page).toHaveProperty('view');
    await button(page, 'Pause').click();
    await expect(button(page, 'Play')).toBeEnabled();
  }
});

test('a client’s program: chosen, wrong, corrected, run; it misbehaves and the page says so; the built-in one again', async ({
  page,
}) => {
  await openEditor(page);
  const whose = drawer(page).getByRole('combobox', { name: 'Whose program' });
  const own = page.getByRole('textbox', { name: 'client.s, source text' });
  await whose.focus();
  await page.keyboard.press('ArrowDown');
  await expect(whose).toHaveValue('client1');
  await expect(own).toContainText('The client: asks a service one thing after the other');
  await expect(whose).toBeFocused();
  for (const name of ['Close the editor', 'client.s']) {
    await page.keyboard.press('Tab');
    await expect(drawer(page).getByRole(name === 'client.s' ? 'radio' : 'button', { name })).toBeFocused();
  }
  await page.keyboard.press('Tab');
  await expect(own).toBeFocused();
  await page.keyboard.press('Control+Home');
  await page.keyboard.insertText('  addd a0, a0, a1\n');
  await expect(drawer(page)).toContainText('client.s:1:3');
  // Each machine's text waits where it was left.
  await whose.selectOption('client2');
  await expect(drawer(page)).toContainText('Assembles');
  await expect(own).not.toContainText('addd');
  await whose.selectOption('client1');
  await expect(own).toContainText('addd');
  await own.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(SKIPPING);
  await expect(drawer(page)).toContainText('Assembles');
  await page.keyboard.press('Control+Enter');
  await expect(drawer(page)).toHaveCount(0);
  await expectLinkField(page, 'clients').toEqual([{ source: SKIPPING }, { startNs: 3_000_000 }]);
  await speedUp(page);
  const told = page.getByRole('log', { name: 'Narration' });
  await expect(told).toContainText('Client 1 leaves out numbers of requests.');
  await expect.poll(async () => Math.max(0, ...(await lastAnswers(page)))).toBeGreaterThan(12);
  await button(page, 'Pause').click();

  await page.keyboard.press('e');
  await expect(whose.locator('option:checked')).toHaveText('client 1 · not the built-in');
  await button(page, 'Back to the built-in').click();
  await button(page, 'Run')
    .or(drawer(page).getByRole('button', { name: /^Run (Ctrl|⌘)/ }))
    .click();
  await expect(drawer(page)).toHaveCount(0);
  await expectLink(page).not.toHaveProperty('clients');

  await page.keyboard.press('e');
  await expect(own).toBeFocused();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('1: wfi\n  j 1b\n');
  await expect(drawer(page)).toContainText('Assembles');
  await page.keyboard.press('Control+Enter');
  await expect(region(page, 'Clients')).toContainText('asks nothing');
});

test('the disk’s program: from its machine’s panel, brought as a file, stopped at in the gutter', async ({
  page,
}) => {
  await openAt(page, 1);
  await button(page, 'Open the machine of the disk').click();
  await button(page, 'Edit the program of the disk').click();
  const own = page.getByRole('textbox', { name: 'disk-server.s, source text' });
  await expect(own).toBeFocused();
  // The machine sleeps, and the line where it does so is marked.
  await page.getByRole('radio', { name: 'kernel.s' }).click();
  await page.getByRole('textbox', { name: 'kernel.s, source text' }).focus();
  await goToText(page, '    wfi');
  await expect(drawer(page).locator('.cm-executing')).toContainText('wfi');
  await page.getByRole('radio', { name: 'disk-server.s' }).click();
  const chooser = page.waitForEvent('filechooser');
  await button(page, 'Open a file…').click();
  await (await chooser).setFiles({ name: 'mine.s', mimeType: 'text/plain', buffer: Buffer.from(MY_DISK) });
  await expect(own).toContainText('# mine');
  await expect(drawer(page)).toContainText('Assembles');
  await own.click();
  await page.keyboard.press('Control+Enter');
  await expect(drawer(page)).toHaveCount(0);
  await expectLinkField(page, 'disk').toEqual({ source: MY_DISK });
  await button(page, 'Pause').click();
  await page.keyboard.press('Home');
  await expectInstant(page).toBe(0);

  await page.keyboard.press('e');
  await expect(own).toBeFocused();
  await goToText(page, 'request_arrived:');
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('F9');
  const dots = drawer(page).locator('.cm-stop:visible');
  await expect(dots).toHaveCount(1);
  await drawer(page).getByRole('combobox', { name: 'Whose program' }).selectOption('vm');
  await expect(text(page)).toBeVisible();
  await expect(dots).toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await expect(
    page.getByRole('list', { name: 'Instructions of the disk' }).locator('.row-hit'),
  ).toContainText('request_arrived');
  await expect(region(page, 'Machine of the disk')).toBeVisible();
});

test('on a phone everything of the editor is within reach', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openEditor(page);
  for (const name of ['Close the editor', 'Open a file…', 'Download'])
    await expect(button(page, name)).toBeInViewport({ ratio: 1 });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no barriers in the editor, ${colorScheme}`, async ({ browser }) => {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    await openEditor(page);
    await expectNoBarriers(page, '[role=dialog]');
    await page.keyboard.insertText('  addd a0\n.warning "careful"\n');
    await expect(drawer(page)).toContainText('1 error');
    await expectNoBarriers(page, '[role=dialog]');
    await page.getByRole('radio', { name: 'kernel.s' }).click();
    await expectNoBarriers(page, '[role=dialog]');
    await drawer(page).getByRole('combobox', { name: 'Whose program' }).selectOption('disk');
    await expect(drawer(page)).toContainText('Runs from the beginning, on the disk.');
    await expectNoBarriers(page, '[role=dialog]');
    await context.close();
  });
}
