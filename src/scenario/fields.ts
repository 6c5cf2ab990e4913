// The kinds of field that a scenario document has. Each knows its bounds and can say in words what it has to be.
import * as v from 'valibot';

const wholeNumber = (unit: string, min: number, max: number) =>
  `has to be a whole number${unit && ` of ${unit}`} from ${min} to ${max}`;

/** A whole number of `unit` from `min` to `max`. What it is for is in `about`. */
export function whole(
  about: string,
  unit: string,
  min: number,
  max: number,
  says = wholeNumber(unit, min, max),
) {
  return v.pipe(
    v.number(says),
    v.integer(says),
    v.minValue(min, says),
    v.maxValue(max, says),
    v.description(about),
  );
}

/** A multiple of `step`, otherwise like `whole`. */
export function multiple(about: string, unit: string, min: number, max: number, step: number) {
  const says = `${wholeNumber(unit, min, max)}, a multiple of ${step}`;
  return v.pipe(whole(about, unit, min, max, says), v.multipleOf(step, says));
}

/** A length of time in whole nanoseconds. */
export const nanoseconds = (about: string, min: number, max: number) => whole(about, 'nanoseconds', min, max);

/** A text of at most `max` characters. */
export function text(about: string, max: number) {
  const says = `has to be a text of at most ${max} characters`;
  return v.pipe(v.string(says), v.maxLength(max, says), v.description(about));
}

/** A text of the form `pattern`, which `form` describes. */
export function formed(about: string, pattern: RegExp, form: string) {
  const says = `has to be ${form}`;
  return v.pipe(v.string(says), v.regex(pattern, says), v.description(about));
}

/** One of a few words. */
export function choice<const Words extends readonly string[]>(about: string, words: Words) {
  const says = `has to be ${words.map((word) => `"${word}"`).join(' or ')}`;
  return v.pipe(v.picklist(words, says), v.description(about));
}

/** Yes or no. */
export const flag = (about: string) => v.pipe(v.boolean('has to be true or false'), v.description(about));

/** A rule of the protocol: in force or switched off. */
export const rule = (about: string) => v.optional(flag(about), true);

/** A list of at most `max`. */
export function list<const Item extends v.GenericSchema>(item: Item, max: number) {
  return v.pipe(
    v.array(item, 'has to be a list'),
    v.maxLength(max, `has to be a list of at most ${max} entries`),
  );
}

/** A record of exactly these fields; any other is refused by name. */
export const record = <const Entries extends v.ObjectEntries>(entries: Entries) => v.strictObject(entries);

/** A record that may be left out: then each of its fields has its default. */
export const section = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  v.optional(v.strictObject(entries), () => ({}) as never);
