// The timeline: lanes on one canvas, and the cursor as a slider. Click goes there; drag moves the window; the wheel zooms.
import { LocateFixed, ZoomIn, ZoomOut } from 'lucide-react';
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { action } from '../../../app/actions.ts';
import { useApp, useFrame, usePreferences, useTexts, useView } from '../../../app/context.tsx';
import { windowAt } from '../../../store/view.ts';
import { formatInstant, formatMoment } from '../../../widgets/format.ts';
import { IconButton } from '../../../widgets/IconButton.tsx';
import { useMedia } from '../../../widgets/useMedia.ts';
import { useSize } from '../../../widgets/useSize.ts';
import { drawTimeline } from './draw.ts';
import { COMPACT, lanesFor, type Measure, ROOMY, timelineHeight, timeScale, withBranches } from './lanes.ts';
import { type Palette, readPalette } from './palette.ts';
import { timelineTexts } from './texts.ts';
import { usePointer } from './usePointer.ts';
import './timeline.css';

/** So many px can be told apart. */
const PX_PER_PART = 2;

export function Timeline() {
  const t = useTexts();
  const app = useApp();
  const { timeline, time, reached, branches } = useFrame((frame) => ({
    timeline: frame.timeline,
    time: frame.time,
    reached: frame.reached,
    branches: frame.branches,
  }));
  const clients = timeline.clients.length;
  const window = useView((state) => state.window);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width } = useSize(box);
  const palette = usePalette(box);
  const isLow = useMedia('(max-height: 819px)');
  // The same object while nothing changes, for those who look only at that.
  const measure = useMemo(
    () => withBranches(isLow ? COMPACT : ROOMY, branches.length),
    [isLow, branches.length],
  );
  const height = timelineHeight(clients, measure);
  const { from, to } = windowAt(window, time);
  const scale = timeScale(from, to, Math.max(1, width));
  const hover = usePointer(box, scale);

  useEffect(() => {
    if (width > 0) app.view.setState({ parts: Math.max(50, Math.round(width / PX_PER_PART)) });
  }, [app, width]);

  useEffect(() => {
    const ctx = canvas.current?.getContext('2d');
    if (ctx === null || ctx === undefined || palette === null || width === 0) return;
    const ratio = devicePixelRatio;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const at = hover === null ? null : { at: hover, text: formatMoment(Math.max(0, hover)) };
    drawTimeline({
      ctx,
      width,
      height,
      measure,
      scale,
      timeline,
      branches,
      time,
      reached,
      hover: at,
      palette,
      texts: timelineTexts(t),
    });
  });

  return (
    <section className="timeline" aria-label={t('timeline.name')}>
      <Lanes clients={clients} measure={measure} />
      <div
        ref={box}
        className="timeline-canvas"
        style={{ height }}
        role="slider"
        tabIndex={0}
        aria-label={t('timeline.cursor')}
        aria-valuemin={from}
        aria-valuemax={to}
        aria-valuenow={time}
        aria-valuetext={formatInstant(time)}
      >
        <canvas
          ref={canvas}
          width={Math.max(1, Math.round(width * devicePixelRatio))}
          height={Math.round(height * devicePixelRatio)}
          style={{ width, height }}
        />
      </div>
    </section>
  );
}

/** The lanes' names and the timeline's own buttons: drawn once, not with every frame. */
const Lanes = memo(function Lanes({ clients, measure }: { clients: number; measure: Measure }) {
  const t = useTexts();
  const app = useApp();
  const follows = useView((state) => state.window.follow);
  return (
    <div className="timeline-lanes" style={{ height: timelineHeight(clients, measure) }}>
      {lanesFor(clients, measure).map(({ name, top, height }) => (
        <p key={name} style={{ top, height }}>
          {t(`timeline.lane.${name}`)}
        </p>
      ))}
      <div className="timeline-tools">
        <IconButton
          icon={ZoomOut}
          label={t('timeline.zoomOut')}
          onPress={() => action('zoomOut').perform(app)}
        />
        <IconButton
          icon={ZoomIn}
          label={t('timeline.zoomIn')}
          onPress={() => action('zoomIn').perform(app)}
        />
        <IconButton
          icon={LocateFixed}
          label={t('timeline.follow')}
          isDisabled={follows}
          onPress={() => action('follow').perform(app)}
        />
      </div>
    </div>
  );
});

/** The colours of the theme, read again when it changes. */
function usePalette(box: { current: HTMLElement | null }): Palette | null {
  const theme = usePreferences((state) => state.theme);
  const [palette, setPalette] = useState<Palette | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes what the colours resolve to
  useEffect(() => {
    const read = () => box.current && setPalette(readPalette(box.current));
    read();
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', read);
    return () => dark.removeEventListener('change', read);
  }, [box, theme]);
  return palette;
}
