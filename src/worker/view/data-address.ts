// Where the guest's own data begin: a flipped bit there is one that somebody will notice.

import type { Image } from '../../isa/image.ts';

/** The address of the first label that the guest's own source has among its data; undefined if it has none. */
export function dataAddress(image: Image, source: string): number | undefined {
  const [, data = ''] = /^\s*\.(?:bss|data)\b(.*)$/ms.exec(source) ?? [];
  const label = /^([A-Za-z_]\w*):/m.exec(data)?.[1];
  return label === undefined ? undefined : image.symbols.get(label);
}
