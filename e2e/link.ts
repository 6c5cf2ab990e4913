// Links as the page writes them, made and read without the page's own code: the format is a promise to everybody.
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** The end of a link (from `#` on) that holds this document. */
export function linkTo(document: unknown): string {
  return `#u1=${deflateRawSync(JSON.stringify(document)).toString('base64url')}`;
}

/** The document in a page's address. */
export function documentIn(address: string): Record<string, unknown> {
  const packed = /#u1=([\w-]+)$/.exec(address)?.[1];
  if (packed === undefined) throw new Error(`no link in ${address}`);
  return JSON.parse(inflateRawSync(Buffer.from(packed, 'base64url')).toString());
}
