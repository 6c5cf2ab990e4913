// The words on the timeline's canvas.
import { clientName, markText, operationName, type Translate } from '../../../i18n/sentences.ts';
import { formatBytes, formatCount, formatDuration } from '../../../widgets/format.ts';
import type { TimelineTexts } from './drawing.ts';

/** Texts for `drawTimeline` in the page's language. */
export function timelineTexts(t: Translate): TimelineTexts {
  return {
    client(id, { kind, value }) {
      const operation = operationName(t, kind);
      const name = t('timeline.asked', { client: clientName(t, id), operation });
      if (value === undefined) return [`${name} …`, '…'];
      const short = t('timeline.incrementShort', { value });
      return [`${name} ${short}`, short, String(value)];
    },
    gate({ kind, value }) {
      if (kind === 'diskWrite') return [t('timeline.write')];
      if (kind === 'console') return [t('timeline.console')];
      if (value === undefined) return [t('timeline.packet')];
      return [t('timeline.reply', { value }), String(value)];
    },
    mark: (mark) => markText(t, mark),
    counted: (most, time) => t('timeline.counted', { most: formatCount(most), time: formatDuration(time) }),
    held: (max) => t('timeline.most', { value: formatCount(max) }),
    fill: (max) => t('timeline.most', { value: formatBytes(max) }),
    lag: (max) => t('timeline.most', { value: formatDuration(max) }),
    pair: (state) => t(`pair.${state}`),
  };
}
