// The words on the timeline's canvas.
import { clientName, linkName, operationName, type Tell, textOf } from '../../i18n/tell.ts';
import { formatBytes, formatDuration } from '../../widgets/format.ts';
import type { TimelineTexts } from './draw.ts';

/** Texts for `drawTimeline` in the page's language. */
export function timelineTexts(t: Tell): TimelineTexts {
  return {
    client(id, { kind, label }) {
      const operation = operationName(t, kind);
      const name = t('timeline.asked', { client: clientName(t, id), operation });
      if (label?.value === undefined) return [`${name} …`, '…'];
      const short = t('timeline.incrementShort', { value: label.value });
      return [`${name} ${short}`, short, String(label.value)];
    },
    gate({ kind, label }) {
      if (kind === 'diskWrite') return [t('timeline.write')];
      if (kind === 'console') return [t('timeline.console')];
      if (label?.value === undefined) return [t('timeline.packet')];
      return [t('timeline.reply', { value: label.value }), String(label.value)];
    },
    mark({ key, values }) {
      const link = values.link === undefined ? '' : linkName(t, String(values.link));
      return textOf(t, `mark.${key}`, { ...values, link }) ?? key;
    },
    fill: (max) => t('timeline.most', { value: formatBytes(max) }),
    lag: (max) => t('timeline.most', { value: formatDuration(max) }),
    pair: (state) => t(`pair.${state}`),
  };
}
