// The table of rules and properties: each rule is missed by somebody when it is off, and by nobody when it is on.
import { describe, expect, test } from 'vitest';
import { ALL_RULES } from '../ft/rules.ts';
import { RULE_SCENARIOS } from '../scenario/library/rules.ts';
import { ruleRow } from './rule-table.ts';

/** What has to break at least: the property that is about the rule, and what an outsider sees of it. */
const MISSED: Readonly<Record<string, readonly string[]>> = {
  outputRule: ['Output Rule', 'Output Requirement', 'Answers survive', 'Clients’ view'],
  ackOnReceipt: ['Ack on receipt', 'Output Requirement', 'Clients’ view'],
  bounceBuffers: ['Memory at rest', 'Equal states', 'Clients’ view'],
  exactDelivery: ['Exact delivery', 'Equal states', 'Clients’ view'],
  loggedValues: ['Logged values', 'Equal states', 'Clients’ view'],
  drainBeforeLive: ['Drained log', 'Answers survive', 'Clients’ view'],
  arbitration: ['One live machine', 'Clients’ view', 'One disk history'],
  reissueIo: ['Pending I/O'],
  serializedRaces: ['Races in order', 'Clients’ view'],
  fencing: ['One disk history'],
  pacing: ['Pacing'],
  muteWhenGoingLive: ['Mute before live'],
  haltDiverged: ['Output Requirement', 'Clients’ view'],
};

/** A machine that halts because it differs does differ. */
const BROKEN_ANYWAY: Readonly<Record<string, readonly string[]>> = { haltDiverged: ['Equal states'] };

test('every rule has its scenario', () => {
  expect(RULE_SCENARIOS.map(({ rule }) => rule)).toEqual(Object.keys(ALL_RULES));
});

describe.each(RULE_SCENARIOS)('$rule', (scenario) => {
  const row = ruleRow(scenario);

  test('off: it is missed', () => {
    expect(row.off).toEqual(expect.arrayContaining([...(MISSED[scenario.rule] ?? ['none'])]));
  });

  test('on: nothing breaks', () => {
    expect(row.on).toEqual(BROKEN_ANYWAY[scenario.rule] ?? []);
  });
});
