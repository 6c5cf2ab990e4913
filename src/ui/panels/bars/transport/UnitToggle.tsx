// What a step is by: an instruction, a log entry, a protocol event; and what is stepped by less often, in a menu.
import { ChevronDown } from 'lucide-react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import type { StepUnit } from '../../../../worker/protocol.ts';
import { useTexts } from '../../../app/context.tsx';
import { MenuButton } from '../../../widgets/MenuButton.tsx';

const UNITS: readonly StepUnit[] = ['instruction', 'entry', 'event'];
const OTHERS: readonly StepUnit[] = ['output', 'packet', 'failure'];

interface Props {
  unit: StepUnit;
  onChange: (unit: StepUnit) => void;
}

export function UnitToggle({ unit, onChange }: Props) {
  const t = useTexts();
  return (
    <div className="units">
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
      <OtherUnits unit={unit} onChange={onChange} />
    </div>
  );
}

function OtherUnits({ unit, onChange }: Props) {
  const t = useTexts();
  const chosen = OTHERS.find((each) => each === unit);
  return (
    <MenuButton
      className={chosen === undefined ? 'icon-button' : 'unit-other'}
      label={
        chosen === undefined
          ? t('transport.otherUnits')
          : `${t('transport.unit')}: ${t(`transport.${chosen}`)}`
      }
      name={t('transport.otherUnits')}
      placement="top start"
      selected={unit}
      entries={OTHERS.map((each) => ({ id: each, text: t(`transport.${each}`) }))}
      onAction={(key) => onChange(OTHERS.find((each) => each === key) ?? unit)}
    >
      {chosen !== undefined && t(`transport.${chosen}`)}
      <ChevronDown aria-hidden size={14} />
    </MenuButton>
  );
}
