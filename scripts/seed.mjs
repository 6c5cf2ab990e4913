// What the values of property tests and of the soak are drawn from.
import { randomInt } from 'node:crypto';

/** Without another one said `npm test` draws from this: it passes for everybody or for nobody. */
export const USUAL_SEED = 1;

const SEEDS = 2 ** 31;

/** A seed that nobody has used. */
export const newSeed = () => randomInt(SEEDS);

/** The seed that UNDERSTUDY_SEED names, or the usual one. Throws a sentence. @param {Record<string, string | undefined>} environment */
export function seedFrom({ UNDERSTUDY_SEED: said }) {
  return said === undefined ? USUAL_SEED : readSeed(said, 'UNDERSTUDY_SEED');
}

/** A seed as it is written. Throws a sentence. @param {string | undefined} text @param {string} name where it stands */
export function readSeed(text, name) {
  const seed = Number(text);
  if (text !== undefined && /^\d+$/.test(text) && seed < SEEDS) return seed;
  throw new Error(`${name} is ${text ?? 'empty'}, but has to be a whole number below ${SEEDS}.`);
}
