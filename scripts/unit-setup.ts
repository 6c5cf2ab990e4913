// Before each file of unit tests: property tests draw the same values every time; `npm run fuzz` says which others.
import fc from 'fast-check';
import { seedFrom } from './seed.mjs';

fc.configureGlobal({ seed: seedFrom(process.env) });
