// The entry of the command line: connects it to this process.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Io } from './io.ts';
import { main } from './main.ts';

const io: Io = {
  out: (content) => void process.stdout.write(content),
  error: (text) => void process.stderr.write(text),
  read: (file) => Uint8Array.from(readFileSync(file)),
  write: (file, bytes) => writeFileSync(file, bytes),
  now: () => performance.now(),
};

// Who reads our output may have had enough of it: `understudy … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await main(process.argv.slice(2), io);
