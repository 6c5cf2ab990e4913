// Links as the page writes them, made and read without the page's own code: the format is a promise to everybody.
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** The end of a link (from `#` on) that holds this document. */
export function linkTo(document: unknown): string {
  return `#u1=${deflateRawSync(JSON.stringify(document)).toString('base64url')}`;
}

/** The document in a page's address; where there is none (yet), something that is like no document. */
export function documentIn(address: string): Record<string, unknown> {
  const packed = /#u1=([\w-]+)$/.exec(address)?.[1];
  if (packed === undefined) return { noLinkIn: address };
  return JSON.parse(inflateRawSync(Buffer.from(packed, 'base64url')).toString());
}
