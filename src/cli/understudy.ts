// The entry of the command line: connects it to this process.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Io } from './io.ts';
import { main } from './main.ts';

const io: Io = {
  out: (content) => void process.stdout.write(content),
  error: (text) => void process.stderr.write(text),
  read: (file) => Uint8Array.from(readFileSync(file)),
  write: (file, bytes) => writeFileSync(file, bytes),
  now: () => performance.now(),
  settle: async () => {
    for (const stream of [process.stdout, process.stderr])
      if (stream.writableNeedDrain) await once(stream, 'drain');
    await setImmediate();
  },
};

// Who reads our output may have had enough of it: `understudy … | head`.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });

process.exitCode = await main(process.argv.slice(2), io);
