// `npm run soak`: `understudy soak` with a new seed each time, and that seed is told; `-- --seed S` repeats one.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { newSeed } from './seed.mjs';
import { root } from './setup.mjs';

const args = process.argv.slice(2);
if (!args.includes('--seed')) {
  const seed = newSeed();
  console.error(`Seed ${seed}: the same runs again with npm run soak -- --seed ${seed}`);
  args.push('--seed', String(seed));
}
const { status } = spawnSync(process.execPath, [path.join(root, 'scripts/understudy.mjs'), 'soak', ...args], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
