// What a step is: an instruction, a log entry, or an event of the protocol.
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import type { StepUnit } from '../../../worker/protocol.ts';
import { useTexts } from '../../app/context.tsx';

const UNITS: readonly StepUnit[] = ['instruction', 'entry', 'event'];

export function UnitToggle({ unit, onChange }: { unit: StepUnit; onChange: (unit: StepUnit) => void }) {
  const t = useTexts();
  return (
    <ToggleButtonGroup
      className="segments"
      aria-label={t('transport.unit')}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[unit]}
      onSelectionChange={(keys) => {
        const chosen = UNITS.find((each) => keys.has(each));
        if (chosen !== undefined) onChange(chosen);
      }}
    >
      {UNITS.map((each) => (
        <ToggleButton key={each} id={each} className="segment">
          {t(`transport.${each}`)}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
