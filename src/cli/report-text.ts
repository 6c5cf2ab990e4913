// A run's report for people who read it in a terminal.
import { hexWord } from '../base/hex.ts';
import { visibleText } from '../base/printed-text.ts';
import type { RunReport } from '../world/report.ts';
import type { Misbehaviour } from '../world/state/observation.ts';

/** Milliseconds, to the nanosecond and without needless zeros. */
const ms = (nanoseconds: number): string => `${nanoseconds / 1e6} ms`;

/** The report, a line for each thing, in columns. */
export function reportText(scenario: string, report: RunReport, finished: boolean): string {
  return [
    `${scenario}: ${ms(report.time)}, ${endingOf(report, finished)}.`,
    ...table(report.hosts.map(hostRow)),
    ...table(report.clients.map(clientRow)),
    ...table([outputsRow(report), logRow(report), diskRow(report)]),
    ...table(report.programs.map(programRow)),
    ...table(report.commands.map(commandRow)),
    ...table(report.properties.map(propertyRow)),
    ...consoleLines(report),
    '',
  ].join('\n');
}

function endingOf({ guest }: RunReport, finished: boolean): string {
  switch (guest?.end) {
    case 'exit':
      return `the guest ended itself with code ${guest.code} at ${ms(guest.at)}`;
    case 'stuck':
      return `the guest is stuck at ${hexWord(guest.address)} since ${ms(guest.at)} (trap ${guest.cause} at ${hexWord(guest.trappedAt)})`;
    case 'poweredOff':
      return `the VM was switched off at ${ms(guest.at)}`;
    default:
      return finished ? 'every client has had its answers' : 'the limit came before all answers';
  }
}

/** What the VM has printed, as on a screen. */
function consoleLines({ console }: RunReport): string[] {
  if (console === '') return [];
  return [
    '  console:',
    ...visibleText(console)
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => `    ${line}`.trimEnd()),
  ];
}

type Client = RunReport['clients'][number];

function hostRow({ id, role, live, instructions, hash }: RunReport['hosts'][number]): string[] {
  return [`host ${id}`, live ? `${role}, live` : role, `${instructions} instructions`, `state ${hash}`];
}

function clientRow({ id, history }: Client): string[] {
  const answers = history.filter(({ answered }) => answered !== null);
  const waits = answers.map(({ sent, answered }) => (answered ?? sent) - sent);
  const span = answers.length === 0 ? '' : `${answers[0]?.reply} to ${answers.at(-1)?.reply}`;
  const longest = waits.length === 0 ? '' : `longest wait ${ms(Math.max(...waits))}`;
  return [id, `${answers.length} of ${history.length} requests answered`, span, longest];
}

function outputsRow({ outputs }: RunReport): string[] {
  const released = outputs.filter((output) => output.released !== null);
  const waits = released.map(({ at, released }) => (released ?? at) - at);
  const longest = waits.length === 0 ? '' : `longest wait ${ms(Math.max(...waits))}`;
  return ['outputs', `${released.length} of ${outputs.length} released`, longest];
}

function logRow({ log }: RunReport): string[] {
  const rate = `${(log.bitsPerSecond / 1e6).toFixed(2)} Mbit/s`;
  return ['log', `${log.entries} entries, ${log.bytes} bytes, ${rate}`, `largest lag ${ms(log.maxLagNs)}`];
}

function diskRow({ disk }: RunReport): string[] {
  return ['disk', disk.flag === null ? 'flag free' : `flag set by ${disk.flag}`, `contents ${disk.hash}`];
}

/** What programs of clients and of the disk did that no well-made one does. */
const MISBEHAVED: Readonly<Record<Misbehaviour, string>> = {
  again: 'asks under a number that has been answered',
  skipped: 'leaves numbers out',
  early: 'asks for the next before it has the answer',
  changed: 'asks for something else under the same number',
  nonsense: 'sends what is no datagram',
  flood: 'sends more than its cable carries',
  unasked: 'writes what nobody has asked for',
  undone: 'says that something is done which is not on its medium',
  altered: 'gives other data than its medium has',
};

function programRow({ id, misbehaved, ended }: RunReport['programs'][number]): string[] {
  const said = misbehaved.map((how) => MISBEHAVED[how]);
  return ['program', id, [...said, ...(ended ? ['has ended'] : [])].join('; ')];
}

function commandRow({ command, struckAt, why }: RunReport['commands'][number]): string[] {
  const fate = struckAt === null ? 'never struck' : `struck at ${ms(struckAt)}`;
  return ['command', command, why === undefined ? fate : `${fate}: ${why}`];
}

function propertyRow({ name, section, violation }: RunReport['properties'][number]): string[] {
  if (violation === undefined) return [name, section, 'holds'];
  const facts = Object.entries(violation.values).map(([key, value]) => `${key} ${value}`);
  return [name, section, `broken at ${ms(violation.at)}: ${violation.key} (${facts.join(', ')})`];
}

/** The rows with their columns aligned, indented under the title. */
function table(rows: readonly string[][]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}
