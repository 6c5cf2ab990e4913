// Failures of everything there is, the rules that can be switched off, and what was given in this run.
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import { useApp, useFrame, useTexts, useView } from '../../../app/context.tsx';
import type { FaultsPart } from '../../../store/view.ts';
import { RULES } from '../../model/rules.ts';
import { HostFaults } from './HostFaults.tsx';
import { LinkFaults } from './LinkFaults.tsx';
import { OtherFaults } from './OtherFaults.tsx';
import { Rules } from './Rules.tsx';
import './faults.css';

const PARTS: readonly FaultsPart[] = ['failures', 'rules'];

export function FaultsPanel() {
  const t = useTexts();
  const { view } = useApp();
  const part = useView((state) => state.faultsPart);
  return (
    <div className="faults">
      <ToggleButtonGroup
        className="segments"
        aria-label={t('side.faults')}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[part]}
        onSelectionChange={(keys) =>
          view.setState({ faultsPart: PARTS.find((each) => keys.has(each)) ?? part })
        }
      >
        {PARTS.map((each) => (
          <ToggleButton key={each} id={each} className="segment">
            {t(`faults.part.${each}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {part === 'failures' ? (
        <>
          <HostFaults />
          <OtherFaults />
          <LinkFaults />
        </>
      ) : (
        <Rules />
      )}
      <Commands />
    </div>
  );
}

function Commands() {
  const t = useTexts();
  const commands = useFrame((frame) => frame.commands);
  const off = useFrame(({ rules }) => RULES.filter((rule) => !rules[rule]));
  return (
    <section>
      <h3>{t('faults.commands')}</h3>
      {commands.length === 0 && off.length === 0 && <p className="quiet">{t('faults.noCommands')}</p>}
      <ul>
        {off.map((rule) => (
          <li key={rule}>{t('faults.ruleOff', { rule: t(`rule.${rule}.name`) })}</li>
        ))}
        {commands.map((command) => (
          <li key={command}>
            <code>{command}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}
