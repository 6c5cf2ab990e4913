// `npm start`: builds the page and serves it, exactly as it is published. Options: --port N, --host ADDRESS.
import { parseArgs } from 'node:util';
import { fail, root, setUp } from './setup.mjs';

setUp();

function options() {
  try {
    return parseArgs({ options: { port: { type: 'string' }, host: { type: 'string' } } }).values;
  } catch (error) {
    return fail(`npm start: ${error instanceof Error ? error.message : error}`, 2);
  }
}

const { port = '4173', host = '127.0.0.1' } = options();
if (!/^\d{1,5}$/.test(port) || Number(port) > 65535)
  fail(`npm start: --port ${port} is not a port number.`, 2);
const { build, preview } = await import('vite');
console.log('Building Understudy …');
await build({ root, logLevel: 'warn' });
const server = await preview({ root, preview: { port: Number(port), host } });
const address = server.resolvedUrls?.local[0] ?? server.resolvedUrls?.network[0];
console.log(`\n  Understudy is at ${address}\n\n  Ctrl+C ends it.\n`);
