// The logging channel: both buffers, the entries between the hosts, acks coming back, and what it costs.
import { type CSSProperties, useRef } from 'react';
import { useFrame, useTexts } from '../../../app/context.tsx';
import { formatRate } from '../../../widgets/format.ts';
import { Pick } from '../../../widgets/Pick.tsx';
import { useSize } from '../../../widgets/useSize.ts';
import { isMirrored, pacedTo } from '../../model/hosts.ts';
import { fitting } from '../../model/ruler.ts';
import { Story } from '../story/Story.tsx';
import { useShownRows } from '../stream/useShownRows.ts';
import { Acks } from './Acks.tsx';
import { Beads } from './Beads.tsx';
import { Tank } from './Tank.tsx';
import { Threads } from './Threads.tsx';
import { beadsOf, type Room, threadsOf } from './threads.ts';
import './channel.css';

/** The gap between the channel's column and the hosts, which threads cross. */
const GUTTER = 16;
/** From the panels' top to the streams' first row: the height of a host's head. */
const HEAD = 57;
/** Below the tanks: their figures and the acks. */
const FOOT = 104;
const LOW_FOOT = 86;
/** A channel lower than this has no room to spare. */
const LOW = 270;
const TANK_WIDTH = 16;
const TANK_INSET = 4;

function roomIn(width: number, height: number, foot: number): Room {
  const edge = GUTTER + TANK_INSET + TANK_WIDTH;
  return {
    width: width + 2 * GUTTER,
    firstRow: HEAD,
    top: HEAD + 6,
    bottom: height - foot,
    left: edge,
    right: width + 2 * GUTTER - edge,
  };
}

export function Channel() {
  const t = useTexts();
  const rows = useShownRows();
  const { channel, mirrored, paced, ruler, isOver } = useFrame((frame) => ({
    channel: frame.channel,
    mirrored: isMirrored(frame),
    paced: pacedTo(frame.hosts.find(({ id }) => id === frame.channel.from)),
    ruler: fitting(frame.ruler, rows),
    // Who may still work off what has come shows it until there is no backup any more.
    isOver: !frame.hosts.some(({ role }) => role === 'backup'),
  }));
  const box = useRef<HTMLElement>(null);
  const { width, height } = useSize(box);
  const foot = height < LOW ? LOW_FOOT : FOOT;
  const room = roomIn(width, height, foot);
  const isOpen = channel.state !== 'closed' || !isOver;
  const caption = channel.state === 'closed' && !isOver ? 'ending' : channel.state;
  const { beads, more } = isOpen ? beadsOf(channel, ruler, room) : { beads: [], more: 0 };
  const threads = isOpen ? threadsOf(channel, ruler, room) : [];
  const style = { '--foot': `${foot}px`, '--tank-top': `${HEAD + 2}px` } as CSSProperties;
  return (
    <section
      ref={box}
      style={style}
      className={`channel channel-${caption}${mirrored ? ' channel-mirrored' : ''}`}
      aria-label={t('channel.name')}
    >
      <header className="channel-head">
        <h2>
          <Pick what={{ kind: 'channel' }}>{t('channel.name')}</Pick>
          <span className="channel-generation">
            {t('host.generation', { generation: channel.generation })}
          </span>
        </h2>
        <p>
          {caption === 'open'
            ? t(paced === null ? 'channel.figures' : 'channel.figuresSlowed', {
                rate: formatRate(channel.bitsPerSecond),
                cpu: paced ?? 100,
              })
            : t(`channel.${caption}`)}
        </p>
      </header>
      {isOpen && width > 0 && (
        <>
          <Threads beads={beads} threads={threads} room={room} gutter={GUTTER} mirrored={mirrored} />
          <Tank side="send" used={channel.sendBufferBytes} limit={channel.sendBufferLimit} />
          <Tank side="receive" used={channel.receiveBufferBytes} limit={channel.receiveBufferLimit} />
          <Beads beads={beads} more={more} room={room} gutter={GUTTER} mirrored={mirrored} />
          <Acks channel={channel} mirrored={mirrored} />
        </>
      )}
      {!isOpen && <Story />}
    </section>
  );
}
