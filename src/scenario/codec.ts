// A scenario document as a link, and back: `#u1=` + base64url(deflate-raw(JSON with the defaults left out)).
import { fromBase64url, toBase64url } from '../base/bytes.ts';
import { err, ok, type Result } from '../base/result.ts';
import { withoutDefaults } from './defaults.ts';
import { deflate, inflate } from './deflate.ts';
import { type DocumentFault, parseDocument, type ScenarioDocument } from './document.ts';
import { ENGINE_VERSION } from './version.ts';

/** How the text behind `#u` is to be read. A document has a version of its own. */
const LINK_VERSION = 1;

/** More than any document takes; what is longer is not even looked at. */
const LINK_CHARACTERS_MAX = 2 * 1024 * 1024;
const JSON_BYTES_MAX = 4 * 1024 * 1024;

const LINK = /#u(\d{1,6})=(\S*)$/;

/** Whether a text wants to be a link: a whole address, or only what stands behind its page from `#` on. */
export const isLink = (text: string): boolean => /#u\d/.test(text);

/** The document, said to be made with this Understudy, as the end of a link, from `#` on. The same document gives the same text. */
export async function encodeLink(document: ScenarioDocument): Promise<string> {
  const json = JSON.stringify(withoutDefaults({ ...document, engine: ENGINE_VERSION }));
  return `#u${LINK_VERSION}=${toBase64url(await deflate(new TextEncoder().encode(json)))}`;
}

/** The document of a link that anybody may have written, or damaged on the way. Never throws. */
export async function decodeLink(text: string): Promise<Result<ScenarioDocument, DocumentFault>> {
  const trimmed = text.trim();
  if (trimmed.length > LINK_CHARACTERS_MAX)
    return refuse(
      `This link is too long: ${trimmed.length} characters, and at most ${LINK_CHARACTERS_MAX} are read.`,
    );
  const match = LINK.exec(trimmed);
  if (match === null) return refuse('This is not a link of Understudy: there is no #u1=… in it.');
  const version = Number(match[1]);
  if (version > LINK_VERSION)
    return refuse(
      `This link was made by a newer Understudy (version ${version}); this one reads ${LINK_VERSION}.`,
    );
  if (version < LINK_VERSION) return refuse(`There are no links of version ${version}.`);
  const json = await unpack(match[2] as string);
  if (!json.ok) return json;
  return inLink(parseDocument(json.value));
}

/** The parsed JSON in the text behind `#u1=`. */
async function unpack(text: string): Promise<Result<unknown, DocumentFault>> {
  const deflated = fromBase64url(text);
  if (!deflated.ok) return refuse(`This link is damaged. ${deflated.error}`);
  const bytes = await inflate(deflated.value, JSON_BYTES_MAX);
  if (!bytes.ok && bytes.error === 'too large')
    return refuse(
      `This link holds more than ${JSON_BYTES_MAX} bytes, which is more than any scenario takes.`,
    );
  if (!bytes.ok) return refuse('This link is damaged: a part of it is missing or was changed.');
  try {
    return ok(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.value)));
  } catch {
    return refuse('This link is damaged: what it holds is not JSON.');
  }
}

/** A fault of the document, told as one of the link. */
function inLink(parsed: Result<ScenarioDocument, DocumentFault>): Result<ScenarioDocument, DocumentFault> {
  if (parsed.ok) return parsed;
  const { message, path } = parsed.error;
  return err({ message: `This link can't be used: ${message}`, path });
}

const refuse = (message: string): Result<never, DocumentFault> => err({ message, path: [] });
