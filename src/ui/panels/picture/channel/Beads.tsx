// The entries between the hosts, each a bead that can be looked at.
import { useTexts } from '../../../app/context.tsx';
import { entryName } from '../../../i18n/sentences.ts';
import { formatCount } from '../../../widgets/format.ts';
import { Pick } from '../../../widgets/Pick.tsx';
import type { Bead, Room } from './threads.ts';

interface Props {
  beads: readonly Bead[];
  more: number;
  room: Room;
  gutter: number;
  mirrored: boolean;
}

/** Half of the longest label: nearer to a tank than this, a label begins or ends with its bead. */
const LABEL_HALF = 52;

export function Beads({ beads, more, room, gutter, mirrored }: Props) {
  const t = useTexts();
  const last = beads.at(-1);
  return (
    <>
      <ul className="beads">
        {beads.map(({ entry, x, y }) => {
          const kind = entryName(t, entry);
          const at = mirrored ? room.width - x : x;
          const edge =
            at < room.left + LABEL_HALF ? ' bead-left' : at > room.right - LABEL_HALF ? ' bead-right' : '';
          return (
            <li
              key={`${entry.generation}/${entry.sequence}`}
              className={`bead bead-${entry.kind === 'output' ? 'output' : 'event'} bead-${entry.place}${edge}`}
              style={{ transform: `translate(${at - gutter}px, ${y}px)` }}
            >
              <span className="bead-kind" aria-hidden="true">
                {kind}
              </span>
              <Pick
                className="bead-number"
                what={{ kind: 'entry', generation: entry.generation, sequence: entry.sequence }}
                label={t('entry.button', { sequence: entry.sequence, kind })}
              >
                {formatCount(entry.sequence)}
              </Pick>
            </li>
          );
        })}
      </ul>
      {more > 0 && last !== undefined && (
        <p
          className="beads-more"
          style={{
            transform: `translate(${(mirrored ? room.width - last.x : last.x) - gutter}px, ${last.y + 11}px) translateX(-50%)`,
          }}
        >
          {t('channel.more', { count: more })}
        </p>
      )}
    </>
  );
}
