// What SCENARIO on the command line stands for: a built-in id, a JSON file, or a link.
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { decodeLink, isLink } from '../scenario/codec.ts';
import { type DocumentFault, parseDocument, type ScenarioDocument } from '../scenario/document.ts';
import { builtIn, LIBRARY } from '../scenario/library/index.ts';
import { InputError, type Io, readText } from './io.ts';

/** The document, or an InputError that names file, line and field. */
export async function readScenario(io: Io, name: string): Promise<ScenarioDocument> {
  if (isLink(name)) return readLink(name);
  const known = builtIn(name);
  if (known !== undefined) return accept(parseDocument(known.document), (message) => message);
  if (/^[a-z0-9-]+$/.test(name) && !exists(io, name)) throw new InputError(unknownScenario(name));
  return readDocumentFile(io, name);
}

/** The document of a link, or an InputError. */
export async function readLink(text: string): Promise<ScenarioDocument> {
  return accept(await decodeLink(text), (message) => message);
}

/** The document in a JSON file, or an InputError with file and line. */
export function readDocumentFile(io: Io, file: string): ScenarioDocument {
  const text = readText(io, file);
  const value = parseJson(file, text);
  return accept(parseDocument(value), (message, path) => `${file}:${lineOfField(text, path)}: ${message}`);
}

type Told = (message: string, path: DocumentFault['path']) => string;

function accept(parsed: Awaited<ReturnType<typeof decodeLink>>, told: Told): ScenarioDocument {
  if (parsed.ok) return parsed.value;
  throw new InputError(told(parsed.error.message, parsed.error.path));
}

function exists(io: Io, file: string): boolean {
  try {
    io.read(file);
    return true;
  } catch {
    return false;
  }
}

function unknownScenario(name: string): string {
  const ids = LIBRARY.map(({ id }) => id).join(', ');
  return `There is no scenario "${name}"; there are ${ids}, and a JSON file or a link will do.`;
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const errors: ParseError[] = [];
    parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
    const [first = { error: 1, offset: 0, length: 0 }] = errors;
    const what = printParseErrorCode(first.error)
      .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
      .trim();
    throw new InputError(`${file}:${lineAt(text, first.offset)}: this is not JSON (${what}).`);
  }
}

/** The line of a field, or of the record that it is missing from. */
function lineOfField(text: string, path: DocumentFault['path']): number {
  const root = parseTree(text);
  for (let length = path.length; root !== undefined; length--) {
    const node = length > 0 ? findNodeAtLocation(root, path.slice(0, length)) : root;
    if (node !== undefined) return lineAt(text, startOf(node));
  }
  return 1;
}

/** A field begins with its name. */
const startOf = (node: Node): number => (node.parent?.type === 'property' ? node.parent : node).offset;

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;
