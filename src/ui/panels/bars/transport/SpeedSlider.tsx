// The speed: logarithmic, and written out.
import { Label } from 'react-aria-components/Label';
import { Slider, SliderThumb, SliderTrack } from 'react-aria-components/Slider';
import { useApp, usePreferences, useTexts } from '../../../app/context.tsx';
import { LAST_POSITION, positionOf, speedAt } from '../../../store/speed.ts';
import { formatDuration, formatSpeed } from '../../../widgets/format.ts';
import { useReachedSpeed } from './useReachedSpeed.ts';

/** Below this share of what was asked the real speed is worth a word. */
const ENOUGH = 0.7;

export function SpeedSlider() {
  const t = useTexts();
  const { preferences } = useApp();
  const speed = usePreferences((state) => state.speed);
  const reached = useReachedSpeed();
  const isSlow = reached !== null && reached < speed * ENOUGH;
  const position = positionOf(speed);
  return (
    <Slider
      className="speed"
      minValue={0}
      maxValue={LAST_POSITION}
      value={position}
      onChange={(value) => preferences.setState({ speed: speedAt(Number(value)) })}
    >
      <Label>{t('transport.speed')}</Label>
      <SliderTrack className="speed-track">
        <div className="speed-passed" style={{ width: `${(100 * position) / LAST_POSITION}%` }} />
        <SliderThumb className="speed-thumb" aria-valuetext={formatSpeed(speed)} />
      </SliderTrack>
      <output
        className={isSlow ? 'number speed-text speed-slow' : 'number speed-text'}
        title={
          isSlow
            ? t('transport.reached', { asked: formatSpeed(speed), reached: formatDuration(reached) })
            : undefined
        }
      >
        {formatSpeed(isSlow ? reached : speed)}
      </output>
    </Slider>
  );
}
