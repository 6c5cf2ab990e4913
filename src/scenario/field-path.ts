// Where in a document something is wrong, and values as an error shows them.

/** Names and positions from the document's root. */
export type FieldPath = readonly (string | number)[];

/** What is wrong with a document: one sentence for people, which names the field, and the field for who can point at it. */
export interface DocumentFault {
  readonly message: string;
  readonly path: FieldPath;
}

/** `hosts[1].id`; the document itself is "The document". */
export function formatPath(path: FieldPath): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${clip(step)}`)).join('');
  return text === '' ? 'The document' : text.replace(/^\./, '');
}

/** A fault whose sentence begins with the field. Whatever the document contained, it is one line. */
export function fault(path: FieldPath, says: string): DocumentFault {
  const sentence = `${formatPath(path)} ${says}`.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  return { message: /[.!?]$/.test(sentence) ? sentence : `${sentence}.`, path };
}

/** A value in few words: of a record or a list only that it is one, for it may be of any size and depth. */
export function formatValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a record';
  return typeof value === 'string' ? clip(JSON.stringify(value)) : clip(String(value));
}

const clip = (text: string) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
