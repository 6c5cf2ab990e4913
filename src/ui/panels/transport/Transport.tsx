// Time's controls and the faults, in one bar.
import { action } from '../../app/actions.ts';
import { useApp, useSession, useTexts, useView } from '../../app/context.tsx';
import { formatInstant } from '../../widgets/format.ts';
import { ActionButton } from './ActionButton.tsx';
import { Faults } from './Faults.tsx';
import { SpeedSlider } from './SpeedSlider.tsx';
import { UnitToggle } from './UnitToggle.tsx';
import './transport.css';

export function Transport() {
  const t = useTexts();
  const { view } = useApp();
  const playing = useSession((state) => state.playing);
  const time = useSession((state) => state.frame?.time ?? 0);
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
      <p className="readout number">
        <span className="visually-hidden">{t('transport.time')} </span>
        <span aria-hidden="true" className="readout-t">
          t{' '}
        </span>
        {formatInstant(time)}
      </p>
      <Faults />
    </section>
  );
}
