// What the other scripts need before anything else: a Node that is new enough, and the locked dependencies.
// Imports nothing but Node, since it runs on a fresh clone.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Oldest Node that works, as package.json says under "engines". */
const OLDEST_NODE = [20, 19];

/** @typedef {Record<string, { version?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }>} Packages */

/**
 * One sentence for people when `version` (such as "v18.1.0") is too old; undefined when it is not.
 * @param {string} version
 */
export function nodeComplaint(version) {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `Understudy needs Node ${OLDEST_NODE.join('.')} or newer, and this is ${version}: see https://nodejs.org/en/download`;
}

/**
 * The first package whose installed version is not the locked one; undefined when all agree. A package for another
 * platform is optional and may be missing.
 * @param {Packages} locked the "packages" of package-lock.json
 * @param {Packages} installed the "packages" of node_modules/.package-lock.json
 * @returns {string | undefined}
 */
export function firstStalePackage(locked, installed) {
  for (const [where, wanted] of Object.entries(locked)) {
    const found = installed[where];
    if (where === '' || found?.version === wanted.version) continue;
    if (found === undefined && (wanted.optional || wanted.devOptional || wanted.peer)) continue;
    return where;
  }
  return Object.keys(installed).find((where) => !(where in locked));
}

/** @param {string} file @returns {Packages} */
function packagesOf(file) {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
}

/** Why the dependencies have to be installed; undefined when they are there as locked. */
function installReason() {
  if (!existsSync(path.join(root, 'node_modules/.package-lock.json'))) return 'not installed yet';
  const stale = firstStalePackage(
    packagesOf('package-lock.json'),
    packagesOf('node_modules/.package-lock.json'),
  );
  return stale && `${stale} is not as locked`;
}

/** Says `message` on stderr and ends the process with `status`. @param {string} message @returns {never} */
export function fail(message, status = 1) {
  console.error(message);
  process.exit(status);
}

/**
 * Checks Node and installs the locked dependencies if they are missing or stale. Writes to stderr only, since the
 * command line's stdout belongs to its answer.
 */
export function setUp() {
  const complaint = nodeComplaint(process.version);
  if (complaint) fail(complaint);
  const reason = installReason();
  if (!reason) return;
  console.error(`Installing the locked dependencies (${reason}) …`);
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const [command, before] = npm?.endsWith('js') ? [process.execPath, [npm]] : ['npm', []];
  const { status, error } = spawnSync(command, [...before, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: command === 'npm' && process.platform === 'win32',
  });
  if (status !== 0)
    fail(`The dependencies could not be installed: npm ci ${error?.message ?? `ended with ${status}`}.`);
}

/**
 * The file behind a command of an installed package, to be run by Node itself: no shell, no look-up, the same on every
 * platform.
 * @param {string} packageName @param {string} command
 */
export function binary(packageName, command = packageName) {
  const folder = path.join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return path.join(folder, typeof bin === 'string' ? bin : bin[command]);
}
