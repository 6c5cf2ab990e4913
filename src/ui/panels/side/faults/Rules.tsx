// The rules that can be switched off, by what they are about; what differs from the scenario is marked.
import { Button } from 'react-aria-components/Button';
import { Switch } from 'react-aria-components/Switch';
import { useApp, useFrame, useTexts } from '../../../app/context.tsx';
import { RULE_GROUPS, RULES, SECTIONS } from '../../model/rules.ts';

export function Rules() {
  const t = useTexts();
  const { session } = useApp();
  const { rules, scenarioRules } = useFrame(({ rules, scenarioRules }) => ({ rules, scenarioRules }));
  const changed = RULES.filter((rule) => rules[rule] !== scenarioRules[rule]);
  return (
    <section>
      <h3>
        {t('faults.rules')}
        {changed.length > 0 && (
          <span className="rules-changed">
            {t('faults.rulesChanged', { count: changed.length })}
            <Button
              className="text-button"
              onPress={() => void session.rules(scenarioRules, t('faults.rulesReset'))}
            >
              {t('faults.rulesReset')}
            </Button>
          </span>
        )}
      </h3>
      <p className="quiet">{t('faults.rulesNote')}</p>
      {RULE_GROUPS.map(({ name, rules: members }) => (
        <fieldset key={name} className="rule-group">
          <legend>{t(`faults.ruleGroup.${name}`)}</legend>
          {members.map((rule) => (
            <Switch
              key={rule}
              className="switch-field"
              isSelected={rules[rule]}
              onChange={(on) => {
                const state = t(on ? 'branches.ruleOn' : 'branches.ruleOff');
                const name = t('branches.rule', { rule: t(`rule.${rule}.name`), state });
                void session.rules({ ...rules, [rule]: on }, name);
              }}
            >
              <span className="switch-knob" aria-hidden="true" />
              <span>
                <span>{t(`rule.${rule}.name`)}</span>
                {SECTIONS[rule] !== '' && <span className="rule-section"> {SECTIONS[rule]}</span>}
                {rules[rule] !== scenarioRules[rule] && (
                  <span className="rule-changed"> {t('faults.ruleChanged')}</span>
                )}
                {rules[rule] ? <small>{t(`rule.${rule}.on`)}</small> : <em>{t(`rule.${rule}.off`)}</em>}
              </span>
            </Switch>
          ))}
        </fieldset>
      ))}
    </section>
  );
}
