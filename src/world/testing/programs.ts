// For tests: the programs of clients and of the disk's server, assembled once.

import { assemble } from '../../assembler/assembler.ts';
import type { Image } from '../../isa/image.ts';
import console from '../../scenario/guests/console.s?raw';
import disk from '../../scenario/guests/disk.s?raw';
import kernel from '../../scenario/guests/kernel.s?raw';
import network from '../../scenario/guests/network.s?raw';
import packet from '../../scenario/guests/packet.s?raw';
import requests from '../../scenario/guests/requests.s?raw';
import virtio from '../../scenario/guests/virtio.s?raw';
import client from '../../scenario/programs/client.s?raw';
import diskServerSource from '../../scenario/programs/disk-server.s?raw';

const INCLUDED = new Map([
  ['kernel.s', kernel],
  ['virtio.s', virtio],
  ['disk.s', disk],
  ['network.s', network],
  ['packet.s', packet],
  ['requests.s', requests],
  ['console.s', console],
]);

const assembled = new Map<string, Image>();

function programOf(file: string, source: string): Image {
  const known = assembled.get(file);
  if (known) return known;
  const result = assemble(source, { file, include: (name) => INCLUDED.get(name) });
  if (!result.ok) throw new Error(`${file} does not assemble: ${result.errors[0]?.message}`);
  assembled.set(file, result.image);
  return result.image;
}

export const clientProgram = (): Image => programOf('client.s', client);
export const diskServer = (): Image => programOf('disk-server.s', diskServerSource);
