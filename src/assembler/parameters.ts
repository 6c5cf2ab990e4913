// Values put in the places of parameters, in the text of macros and repetitions.

const NAME = '[A-Za-z_.$\\u0080-\\uffff][\\w.$\\u0080-\\uffff]*';

/**
 * What values may take the places of. An apostrophe behind a name ends it, and is gone; so is `&` where the name begins
 * with one, and under `.altmacro` always.
 */
function placeholders(alternate: boolean): RegExp {
  const end = alternate ? "['&]?" : "'?";
  const bare = alternate ? `|(?<bare>${NAME})${end}` : '|&&';
  const stroke = `\\\\(?:(?<count>@)|(?<nothing>\\(\\))|(?<stroke>${NAME})${end})`;
  return new RegExp(`${stroke}|&(?<and>${NAME})&?${bare}`, 'g');
}

const PLAIN = placeholders(false);
const ALTERNATE = placeholders(true);

/** A string, a character constant, or a stretch of text without either. */
const QUOTED = /"(?:[^"\\]|\\.)*"?|'(?:\\.|[^\\])'?|[^"']+/g;

/** What stands before a statement's operands. */
const HEAD = /^(?:[\w.$\u0080-\uffff]+\s*:\s*)*[^\s"']*\s*/;

/**
 * Puts the values in the places of `\name` and `&name` (under `.altmacro` of `name` too), the number of the expansion in
 * that of `\@`, and nothing in that of `\()`.
 */
export function replaceParameters(
  text: string,
  values: ReadonlyMap<string, string>,
  number: string | undefined,
  alternate: boolean,
): string {
  if (!alternate && !/[\\&]/.test(text)) return text;
  const pattern = alternate ? ALTERNATE : PLAIN;
  return text.replace(QUOTED, (part, at: number) => {
    // GNU as has made a character constant a number before it looks for names, so none is looked for there.
    if (part[0] === "'") return part;
    return replaceIn(part[0] === '"' ? part : withoutBlanks(part, at === 0), pattern, values, number);
  });
}

/** GNU as has dropped the blanks about a `&` before, but for that behind the operation. */
function withoutBlanks(text: string, isFirst: boolean): string {
  if (!text.includes('&')) return text;
  const head = isFirst ? HEAD.exec(text)![0] : '';
  const rest = text.slice(head.length).split('&');
  const last = rest.length - 1;
  // Not by a pattern: one that tries each blank as a beginning takes the square of the time.
  const trimmed = rest.map((part, i) =>
    i > 0 ? (i < last ? part.trim() : part.trimStart()) : part.trimEnd(),
  );
  return head + trimmed.join('&');
}

function replaceIn(
  text: string,
  pattern: RegExp,
  values: ReadonlyMap<string, string>,
  number: string | undefined,
): string {
  return text.replace(pattern, (whole: string, ...found: unknown[]) => {
    const { count, nothing, stroke, and, bare } = found.at(-1) as Partial<Record<string, string>>;
    if (count) return number ?? whole;
    if (nothing) return '';
    if (stroke) return valueFor(stroke, values) ?? `\\${stroke}`;
    if (and) return valueFor(and, values) ?? whole;
    return bare ? (valueFor(bare, values) ?? bare) : whole;
  });
}

/** The value of a parameter; of `size.w`, if that is none, of `size` with `.w` behind it. */
function valueFor(name: string, values: ReadonlyMap<string, string>): string | undefined {
  for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1)) {
    const value = values.get(name.slice(0, end));
    if (value !== undefined) return value + name.slice(end);
  }
  return undefined;
}
