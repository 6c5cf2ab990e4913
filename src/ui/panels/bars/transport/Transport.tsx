// Time's controls and the faults, in one bar.
import { action } from '../../../app/actions.ts';
import { useApp, useSession, useTexts, useView } from '../../../app/context.tsx';
import { formatInstant } from '../../../widgets/format.ts';
import { ActionButton } from './ActionButton.tsx';
import { Faults } from './Faults.tsx';
import { SpeedSlider } from './SpeedSlider.tsx';
import { UnitToggle } from './UnitToggle.tsx';
import './transport.css';

export function Transport() {
  const t = useTexts();
  const { view } = useApp();
  const playing = useSession((state) => state.playing);
  const unit = useView((state) => state.unit);
  return (
    <section className="transport" aria-label={t('transport.name')}>
      <div className="transport-buttons">
        <ActionButton action={action('start')} />
        <ActionButton action={action('stepBack')} />
        <ActionButton action={action(playing ? 'pause' : 'play')} className="transport-play" />
        <ActionButton action={action('stepForward')} />
        <ActionButton action={action('latest')} />
      </div>
      <UnitToggle unit={unit} onChange={(next) => view.setState({ unit: next })} />
      <SpeedSlider />
      <Readout />
      <Faults />
    </section>
  );
}

/** The cursor's instant, the one thing in the bar that changes with every frame. */
function Readout() {
  const t = useTexts();
  const time = useSession((state) => state.frame?.time ?? 0);
  const end = useSession((state) => state.frame?.endReason);
  return (
    <p className="readout number">
      <span className="visually-hidden">{t('transport.time')} </span>
      <span aria-hidden="true" className="readout-t">
        t{' '}
      </span>
      {formatInstant(time)}
      {end !== undefined && <small className="readout-end">{t(`transport.${end}`)}</small>}
    </p>
  );
}
