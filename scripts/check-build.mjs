// Holds the built page to what is promised of it: small at first load, its own policy, works under any path.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { fail, root } from './setup.mjs';

/** gzipped bytes of JavaScript that the page needs before it shows anything. */
const INITIAL_SCRIPT_BUDGET = 250_000;

/** And that any part of it needs besides, when it is first opened: the guest's editor is by far the largest. */
const PART_SCRIPT_BUDGET = 160_000;

/** @typedef {Record<string, { file: string, isEntry?: boolean, isDynamicEntry?: boolean, imports?: string[] }>} Manifest as Vite writes it */

/**
 * The script files that the page's entries load at once: themselves and all that they import, but not what they load later.
 * @param {Manifest} manifest
 */
export function initialScripts(manifest) {
  return reachedFrom(
    manifest,
    Object.keys(manifest).filter((key) => manifest[key]?.isEntry),
  );
}

/**
 * What each part that is loaded later needs besides, by its name in the manifest.
 * @param {Manifest} manifest
 */
export function partScripts(manifest) {
  const initial = initialScripts(manifest);
  const parts = Object.keys(manifest).filter((key) => manifest[key]?.isDynamicEntry);
  return parts.map((part) => ({
    part,
    files: reachedFrom(manifest, [part]).filter((file) => !initial.includes(file)),
  }));
}

/** @param {Manifest} manifest @param {string[]} keys */
function reachedFrom(manifest, keys) {
  const reached = new Set(keys);
  for (const key of reached) for (const imported of manifest[key]?.imports ?? []) reached.add(imported);
  return [...reached].flatMap((key) => manifest[key]?.file ?? []).filter((file) => file.endsWith('.js'));
}

/**
 * What is wrong with a built index.html; `exists` tells whether a file beside it does.
 * @param {string} html @param {(file: string) => boolean} exists
 */
export function pageFaults(html, exists) {
  const faults = [];
  const policy = html.indexOf('http-equiv="Content-Security-Policy"');
  if (policy < 0) faults.push('index.html has no Content-Security-Policy.');
  else if (/<(script|link)\b/.test(html.slice(0, policy)))
    faults.push('index.html loads something before its Content-Security-Policy.');
  if (/<script(?![^>]*\bsrc=)|<style\b|\bstyle=|\bon[a-z]+="/.test(html)) {
    faults.push('index.html holds inline script or style, which its Content-Security-Policy forbids.');
  }
  for (const [, address = ''] of html.matchAll(/\b(?:src|href)="([^"]*)"/g)) {
    if (!address.startsWith('./'))
      faults.push(`index.html refers to "${address}", which is not relative to the page.`);
    else if (!exists(address)) faults.push(`index.html refers to "${address}", which is not in the build.`);
  }
  return faults;
}

function check() {
  const dist = path.join(root, 'dist');
  if (!existsSync(path.join(dist, 'index.html'))) fail('There is no dist/index.html: build the page first.');
  const faults = pageFaults(readFileSync(path.join(dist, 'index.html'), 'utf8'), (file) =>
    existsSync(path.join(dist, file)),
  );
  const manifest = JSON.parse(readFileSync(path.join(dist, '.vite/manifest.json'), 'utf8'));
  const scripts = initialScripts(manifest);
  /** @param {string[]} files */
  const sizeOf = (files) =>
    files.reduce((sum, file) => sum + gzipSync(readFileSync(path.join(dist, file))).length, 0);
  const size = sizeOf(scripts);
  const parts = partScripts(manifest).map(({ part, files }) => ({ part, size: sizeOf(files) }));
  for (const { part, size } of parts)
    if (size > PART_SCRIPT_BUDGET)
      faults.push(
        `${part} needs ${size} bytes of gzipped script, more than the ${PART_SCRIPT_BUDGET} allowed.`,
      );
  if (scripts.length === 0) faults.push('The build has no entry script.');
  if (size > INITIAL_SCRIPT_BUDGET) {
    faults.push(
      `The first load needs ${size} bytes of gzipped script, more than the ${INITIAL_SCRIPT_BUDGET} allowed.`,
    );
  }
  if (faults.length > 0) fail(faults.join('\n'));
  console.log(
    `First load: ${size} of at most ${INITIAL_SCRIPT_BUDGET} bytes of gzipped script, in ${scripts.join(', ')}.`,
  );
  const largest = parts.toSorted((a, b) => b.size - a.size)[0];
  if (largest)
    console.log(`Largest part: ${largest.size} of at most ${PART_SCRIPT_BUDGET} bytes, ${largest.part}.`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) check();
