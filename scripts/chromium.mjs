// Finds a Chromium for the browser journeys, or installs one.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { binary, root } from './setup.mjs';

const COMMANDS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'chrome.exe',
];

const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** Whether the file is a Chromium that starts: some distributions leave a script there that only gives advice. @param {string} file */
function works(file) {
  if (!existsSync(file)) return false;
  if (process.platform === 'win32') return true; // its chrome.exe opens a window instead of telling its version
  const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 30_000 });
  return status === 0 && /Chrom/.test(stdout);
}

/** Where Playwright keeps the Chromium that it installs. */
async function playwrightChromium() {
  const { chromium } = await import('@playwright/test');
  return chromium.executablePath();
}

/**
 * Path of a Chromium: UNDERSTUDY_CHROMIUM if set, else an installed one, else Playwright's; undefined when there is none.
 * Throws when UNDERSTUDY_CHROMIUM names something else.
 * @returns {Promise<string | undefined>}
 */
export async function findChromium() {
  const wanted = process.env.UNDERSTUDY_CHROMIUM;
  if (wanted) {
    if (works(wanted)) return wanted;
    throw new Error(`UNDERSTUDY_CHROMIUM is ${wanted}, which is not a Chromium that starts.`);
  }
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const onPath = COMMANDS.flatMap((command) => folders.map((folder) => path.join(folder, command)));
  return [...onPath, ...APPLICATIONS, await playwrightChromium()].find(works);
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  console.log(`$ ${command} ${args.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

function isDebianRoot() {
  if (process.getuid?.() !== 0 || !existsSync('/etc/os-release')) return false;
  return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** Debian's own package brings the libraries that a Chromium needs; Playwright's download does not. */
function install() {
  if (isDebianRoot()) {
    const installed =
      run('apt-get', ['update']) && run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']);
    if (installed) return;
  }
  run(process.execPath, [binary('@playwright/test', 'playwright'), 'install', 'chromium']);
}

/** Path of a Chromium, installed now if there was none. Throws one sentence when there is no way. */
export async function ensureChromium() {
  const found = await findChromium();
  if (found) return found;
  console.log('No Chromium found: installing one …');
  install();
  const installed = await findChromium();
  if (installed) return installed;
  throw new Error(
    'The browser journeys need a Chromium and none could be installed: install Chromium or Chrome, or set UNDERSTUDY_CHROMIUM to its path.',
  );
}
