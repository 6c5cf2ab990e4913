#!/usr/bin/env node
// The command `understudy`: builds the command line from src/ when a source is newer than the last build, then runs it.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, root, setUp } from './setup.mjs';

const built = path.join(root, 'dist-cli/understudy.js');

/** EX_SOFTWARE of sysexits.h: apart from the statuses 0 to 3, which mean something to the caller. */
const BUILD_FAILED = 70;

/**
 * Milliseconds of the newest change in a file or below a folder; the page's sources and tests don't count.
 * @param {string} file @returns {number}
 */
function newestChange(file) {
  const status = statSync(file);
  if (!status.isDirectory()) return status.mtimeMs;
  const inside = readdirSync(file).filter((name) => name !== 'ui' && !/\.test\.tsx?$/.test(name));
  return Math.max(0, ...inside.map((name) => newestChange(path.join(file, name))));
}

function isFresh() {
  if (!existsSync(built)) return false;
  const sources = ['src', 'package-lock.json', 'vite.cli.config.ts'].map((name) => path.join(root, name));
  return Math.max(...sources.map(newestChange)) <= statSync(built).mtimeMs;
}

/** Builds aside and moves the result into place, so that two calls at once never see half a file. */
async function rebuild() {
  setUp();
  const started = new Date();
  const { build } = await import('vite');
  const aside = mkdtempSync(path.join(root, 'node_modules/.understudy-'));
  try {
    const configFile = path.join(root, 'vite.cli.config.ts');
    await build({ root, configFile, logLevel: 'silent', build: { outDir: aside } });
    const file = path.join(aside, 'understudy.js');
    utimesSync(file, started, started); // what is saved while the build runs counts as newer
    mkdirSync(path.dirname(built), { recursive: true });
    renameSync(file, built);
  } catch (error) {
    fail(`understudy could not be built: ${error instanceof Error ? error.message : error}`, BUILD_FAILED);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

if (!isFresh()) await rebuild();
await import(pathToFileURL(built).href);
