// The bench in a browser's worker: told how much to measure, it answers with the report.
import { type Extent, measure } from './bench.ts';

self.onmessage = ({ data }: MessageEvent<{ extent: Extent }>) => {
  self.postMessage(measure(data.extent, () => performance.now(), null));
};
