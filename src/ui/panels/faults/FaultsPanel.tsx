// Failures of everything there is, the rules that can be switched off, and what was given in this run.
import { useFrame, useTexts } from '../../app/context.tsx';
import { HostFaults } from './HostFaults.tsx';
import { LinkFaults } from './LinkFaults.tsx';
import { OtherFaults } from './OtherFaults.tsx';
import { Rules } from './Rules.tsx';
import { RULES } from './rules.ts';
import './faults.css';

export function FaultsPanel() {
  return (
    <div className="faults">
      <HostFaults />
      <OtherFaults />
      <LinkFaults />
      <Rules />
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
