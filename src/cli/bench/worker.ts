// The bench in a browser's worker: told how much to measure, it answers with the report.
import { measureAll } from './bench.ts';

self.onmessage = ({ data }: MessageEvent<{ quick: boolean }>) => {
  self.postMessage(measureAll(data.quick, () => performance.now(), null));
};
