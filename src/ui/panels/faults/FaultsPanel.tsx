// Faults of every host and link, the rules that can be switched off, and what was given in this run.
import { Button } from 'react-aria-components/Button';
import { Switch } from 'react-aria-components/Switch';
import type { RuleName } from '../../../worker/frame.ts';
import { useApp, useFrame, useTexts } from '../../app/context.tsx';
import { linkName } from '../../i18n/tell.ts';
import { formatDuration, formatRate } from '../../widgets/format.ts';
import { isDead } from '../host/hosts.ts';
import './faults.css';

const RULES: readonly RuleName[] = ['outputRule', 'arbitration'];

export function FaultsPanel() {
  return (
    <div className="faults">
      <Hosts />
      <Rules />
      <Links />
      <Commands />
    </div>
  );
}

function Hosts() {
  const t = useTexts();
  const { session } = useApp();
  const hosts = useFrame((frame) => frame.hosts.map(({ id, role }) => ({ id, role })));
  return (
    <section>
      <h3>{t('faults.hosts')}</h3>
      <ul>
        {hosts.map((host) => (
          <li key={host.id} className="fault-row">
            <span className="fault-name">{t('host.name', { host: host.id })}</span>
            <span className="quiet">{t(`role.${host.role}`)}</span>
            <Button
              className="button"
              isDisabled={isDead(host)}
              onPress={() => void session.command(`crash ${host.id}`)}
            >
              {t('faults.crash', { host: host.id })}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Links() {
  const t = useTexts();
  const { session } = useApp();
  const links = useFrame((frame) => frame.links);
  return (
    <section>
      <h3>{t('faults.links')}</h3>
      <ul>
        {links.map(({ id, cut: ways, latencyNs, bitsPerSecond }) => {
          const cut = ways.includes(true);
          const name = linkName(t, id);
          const figures = { latency: formatDuration(latencyNs), rate: formatRate(bitsPerSecond) };
          return (
            <li key={id} className="fault-row">
              <span className="fault-name">{name}</span>
              <span className={cut ? 'cut' : 'quiet'}>
                {cut ? t('faults.isCut') : t('faults.linkFigures', figures)}
              </span>
              <Button
                className="button"
                aria-label={`${t(cut ? 'faults.mend' : 'faults.cut')}: ${name}`}
                onPress={() => void session.command(`${cut ? 'mend' : 'cut'} ${id}`)}
              >
                {t(cut ? 'faults.mend' : 'faults.cut')}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Rules() {
  const t = useTexts();
  const { session } = useApp();
  const rules = useFrame((frame) => frame.rules);
  return (
    <section>
      <h3>{t('faults.rules')}</h3>
      <p className="quiet">{t('faults.rulesNote')}</p>
      {RULES.map((rule) => (
        <Switch
          key={rule}
          className="switch-field"
          isSelected={rules[rule]}
          onChange={(on) => void session.rules({ ...rules, [rule]: on })}
        >
          <span className="switch-knob" aria-hidden="true" />
          <span>
            <b>{t(`rule.${rule}.name`)}</b>
            {rules[rule] ? <small>{t(`rule.${rule}.on`)}</small> : <em>{t(`rule.${rule}.off`)}</em>}
          </span>
        </Switch>
      ))}
    </section>
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
