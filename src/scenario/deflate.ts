// Raw deflate by the platform's own streams, with a bound on what comes out.
import { concatBytes } from '../base/bytes.ts';
import { err, ok, type Result } from '../base/result.ts';

/** The bytes, deflated (RFC 1951, no header). */
export async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new CompressionStream('deflate-raw');
  const writer = stream.writable.getWriter();
  const [deflated] = await Promise.all([readAll(stream.readable), writer.write(bytes), writer.close()]);
  return deflated as Uint8Array<ArrayBuffer>;
}

/** The inflated bytes; an error when they would be more than `most`, of which no more are made, or when they are no deflate stream. */
export async function inflate(
  bytes: Uint8Array<ArrayBuffer>,
  most: number,
): Promise<Result<Uint8Array<ArrayBuffer>, 'damaged' | 'too large'>> {
  const stream = new DecompressionStream('deflate-raw');
  const writer = stream.writable.getWriter();
  // What fails here fails for the reader too; it alone reports it.
  const written = Promise.allSettled([writer.write(bytes), writer.close()]);
  try {
    const inflated = await readAll(stream.readable, most);
    if (inflated === undefined) return err('too large');
    const isWhole = (await written).every(({ status }) => status === 'fulfilled');
    return isWhole ? ok(inflated) : err('damaged');
  } catch {
    return err('damaged');
  }
}

/** Everything a stream gives, or undefined when it is more than `most`: then the stream is stopped. */
async function readAll(
  readable: CompressionStream['readable'],
  most = Number.POSITIVE_INFINITY,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reader = readable.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (value === undefined || done) return concatBytes(...parts);
    parts.push(value);
    length += value.length;
    if (length <= most) continue;
    await reader.cancel();
    return undefined;
  }
}
