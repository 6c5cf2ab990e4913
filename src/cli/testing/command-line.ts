// The command line for tests: words and files in; stdout, stderr and the exit status out.
import type { Io } from '../io.ts';
import { main } from '../main.ts';

export interface Outcome {
  status: number;
  out: string;
  error: string;
  files: Record<string, string | Uint8Array>;
}

/** What is outside for a command line among these files: it collects what is printed. */
export function collecting(files: Record<string, string | Uint8Array> = {}): { io: Io; printed: Outcome } {
  const printed: Outcome = { status: -1, out: '', error: '', files: { ...files } };
  const decoder = new TextDecoder();
  const io: Io = {
    out: (text) => {
      printed.out += typeof text === 'string' ? text : decoder.decode(text, { stream: true });
    },
    error: (text) => {
      printed.error += text;
    },
    read: (file) => {
      const content = printed.files[file];
      if (content === undefined) throw Object.assign(new Error('not there'), { code: 'ENOENT' });
      return Uint8Array.from(typeof content === 'string' ? new TextEncoder().encode(content) : content);
    },
    write: (file, bytes) => {
      printed.files[file] = bytes;
    },
    now: () => 0,
    settle: () => Promise.resolve(),
  };
  return { io, printed };
}

/** Runs a command line among these files. */
export async function understudy(words: string[], files?: Outcome['files']): Promise<Outcome> {
  const { io, printed } = collecting(files);
  printed.status = await main(words, io);
  return printed;
}

/** The document that a command line prints with `--json`. */
export const jsonOf = async (words: string[], files?: Record<string, string>) =>
  JSON.parse((await understudy([...words, '--json'], files)).out);

/** Stores a word to the test finisher. */
export const finish = (word: string) => `li t0, 0x100000\nli t1, ${word}\nsw t1, 0(t0)\n1: j 1b\n`;
/** Writes a text to the UART and ends well. */
export const hello = `.text\nla t0, text\nli t1, 0x10000000\n0: lbu t2, 0(t0)\nbeqz t2, 2f\nsb t2, 0(t1)\naddi t0, t0, 1\nj 0b\n2:${finish('0x5555')}text: .asciz "hello\\nyou"\n`;
