// What FILE on the command line stands for: assembly source, an ELF executable, or a flat image for 0x8000_0000.
import path from 'node:path';
import { isElf, readElf } from '../assembler/elf.ts';
import type { Result } from '../base/result.ts';
import { flatImage, type Image } from '../isa/image.ts';
import { assembleSource } from '../scenario/guest.ts';
import { includeKernel } from '../scenario/guests/index.ts';
import { InputError, type Io, readFile, readText } from './io.ts';

/** The program in a file, or an InputError that names file, line and column. `defsym` are symbols for a source text. */
export function readProgram(io: Io, file: string, defsym: Readonly<Record<string, number>> = {}): Image {
  if (isSource(file))
    return accept(assembleSource(readText(io, file), { ...sourceOptions(io, file), defsym }));
  const bytes = readFile(io, file);
  return isElf(bytes) ? accept(readElf(bytes), `${file}: `) : flatImage(bytes);
}

function accept(image: Result<Image>, prefix = ''): Image {
  if (image.ok) return image.value;
  throw new InputError(`${prefix}${image.error}`);
}

const isSource = (file: string): boolean => /\.(s|asm)$/i.test(file);

/** What a source includes, and takes bytes from, stands beside it; texts also come with Understudy. */
export function sourceOptions(io: Io, file: string) {
  return {
    file,
    include(name: string): string | undefined {
      const bytes = beside(io, file, name);
      return bytes === undefined ? includeKernel(name) : new TextDecoder().decode(bytes);
    },
    readBytes: (name: string): Uint8Array | undefined => beside(io, file, name),
  };
}

function beside(io: Io, file: string, name: string): Uint8Array | undefined {
  try {
    return io.read(path.isAbsolute(name) ? name : path.join(path.dirname(file), name));
  } catch {
    return undefined;
  }
}
