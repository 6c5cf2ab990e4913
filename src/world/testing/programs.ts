// For tests: the programs of clients and of the disk's server, assembled once.

import type { Image } from '../../isa/image.ts';
import { assembleSource } from '../../scenario/guest.ts';
import { includeKernel } from '../../scenario/guests/index.ts';
import client from '../../scenario/programs/client.s?raw';
import diskServerSource from '../../scenario/programs/disk-server.s?raw';

const assembled = new Map<string, Image>();

function programOf(file: string, source: string): Image {
  const known = assembled.get(file);
  if (known) return known;
  const image = assembleSource(source, { file, include: includeKernel });
  if (!image.ok) throw new Error(image.error);
  assembled.set(file, image.value);
  return image.value;
}

export const clientProgram = (): Image => programOf('client.s', client);
export const diskServer = (): Image => programOf('disk-server.s', diskServerSource);
