// `understudy rules`: what breaks when a rule is switched off, as a table of rules and properties.
import { type RuleRow, ruleTable } from '../explore/rule-table.ts';
import { PROPERTIES } from '../world/properties/index.ts';
import { command } from './arguments.ts';
import { BROKEN, type Io, OK, printJson } from './io.ts';

export const RULES = command(
  {
    name: 'rules',
    operands: [],
    options: { json: { text: 'as one JSON document' } },
    text: 'rules x properties: what breaks without which',
  },
  (io, given) => printRules(io, given.has('json')),
);

function printRules(io: Io, isJson: boolean): number {
  const rows = ruleTable();
  if (isJson) printJson(io, rows);
  else io.out(tableText(rows));
  return rows.every(({ off, on }) => off.length > 0 && on.length === 0) ? OK : BROKEN;
}

/** A column for each property that breaks somewhere, numbered; the numbers are told below. */
function tableText(rows: readonly RuleRow[]): string {
  const columns = PROPERTIES.map(({ name }) => name).filter((name) =>
    rows.some(({ off }) => off.includes(name)),
  );
  const width = Math.max(...rows.map(({ rule }) => rule.length));
  const cells = (mark: (name: string, i: number) => string) =>
    columns.map((name, i) => mark(name, i).padStart(3)).join('');
  const lines = rows.map(({ rule, off, on, scenario }) => {
    const kept = on.length === 0 ? 'nothing breaks with it on' : `with it on: ${on.join(', ')}`;
    return `${rule.padEnd(width)} ${cells((name) => (off.includes(name) ? '×' : '·'))}  ${scenario}; ${kept}`;
  });
  const legend = columns.map((name, i) => `${String(i + 1).padStart(3)}  ${name}`);
  return [`${'switched off'.padEnd(width)} ${cells((_, i) => `${i + 1}`)}`, ...lines, '', ...legend, ''].join(
    '\n',
  );
}
