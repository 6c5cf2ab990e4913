// What a bench's figures say: each against its bound, and against the figures of the last version that was landed.
import os from 'node:os';

/**
 * What is held to. `most` is the bound; a figure that this run has not measured is undefined.
 * @typedef {{ what: string, unit: string, value: number | undefined, most: number }} Bound
 * @typedef {{ what: string, holds: boolean | undefined, line: string }} Verdict
 * @typedef {Record<string, number>} Figures by what was measured, with its unit
 * @typedef {{ computer: string, node?: Figures, chromium?: Figures }} Landed
 * @typedef {import('../src/cli/bench/bench.ts').BenchReport} Whole what is measured in Node, or in Chromium
 * @typedef {Partial<Whole> & Pick<Whole, 'timeTravel'>} Part as much of it as was
 */

/** A speed may be so much of what it was. */
export const LEAST_SHARE = 0.97;

const SEEK_MEDIAN_MS = 50;
const SEEK_P95_MS = 150;
const STEP_BACK_MS = 16;
const LAST_WRITER_MS = 1000;
const TENFOLD_SEEK = 2;
const STEPS = /** @type {const} */ (['instruction', 'entry', 'event']);

/** Instructions between two looks. */
const QUANTUM = 1_000_000;
const HUNDRED_MILLION = 100_000_000;
const THOUSAND_MILLION = 1_000_000_000;

/** A history may end some instructions beside the round number. */
const isAbout = (/** @type {number} */ instructions, /** @type {number} */ wanted) =>
  Math.abs(instructions / wanted - 1) < 0.1;

/** @param {Part} part @returns {Bound[]} */
export function boundsOf({ timeTravel, lastWriter, speed }) {
  const { short, long, budgetBytes } = timeTravel;
  const thousandMillion = [short, long].find(({ instructions }) => isAbout(instructions, THOUSAND_MILLION));
  const isLong = lastWriter !== undefined && lastWriter.instructions >= HUNDRED_MILLION * 0.9;
  const disagreeing = speed?.filter(({ agree }) => !agree).length;
  const inexact = [short, long].filter(({ isExact }) => !isExact).length;
  const steps = thousandMillion?.stepBack;
  const at = 'in a history of 10^9 instructions';
  return [
    { what: `seek ${at}, median`, unit: 'ms', value: thousandMillion?.seek.median, most: SEEK_MEDIAN_MS },
    { what: `seek ${at}, 95 of 100`, unit: 'ms', value: thousandMillion?.seek.p95, most: SEEK_P95_MS },
    ...STEPS.map((kind) => ({
      what: `step back by ${kind} ${at}, median`,
      unit: 'ms',
      value: steps?.[kind].median,
      most: STEP_BACK_MS,
    })),
    {
      what: 'last writer within 10^8 instructions, the slowest question',
      unit: 'ms',
      value: isLong ? Math.max(...Object.values(lastWriter.milliseconds)) : undefined,
      most: LAST_WRITER_MS,
    },
    {
      what: 'memory of the longer history',
      unit: 'bytes',
      value: long.heldBytes ?? long.estimatedBytes,
      most: budgetBytes,
    },
    {
      what: 'median seek in ten times the history',
      unit: 'times as long',
      value: long.seek.median / short.seek.median,
      most: TENFOLD_SEEK,
    },
    { what: 'histories that came back inexactly', unit: '', value: inexact, most: 0 },
    { what: 'guests on which the engines disagree', unit: '', value: disagreeing, most: 0 },
  ];
}

/** @param {string} where @param {Bound} bound @returns {Verdict} */
function judge(where, { what, unit, value, most }) {
  const name = `${where}: ${what}`;
  if (value === undefined)
    return { what: name, holds: undefined, line: `  not measured    ${name} (at most ${told(most, unit)})` };
  const holds = value <= most;
  const line = `  ${holds ? 'holds         ' : 'DOES NOT HOLD '}  ${name}: ${told(value, unit)}, at most ${told(most, unit)}`;
  return { what: name, holds, line };
}

/** @param {number} value @param {string} unit */
function told(value, unit) {
  const number = Number(value.toPrecision(4)).toLocaleString('en');
  return unit === '' ? number : `${number} ${unit}`;
}

/**
 * The figures that two versions are compared by. Of those per second more is better, of all others less.
 * @param {Whole} part of a full run @returns {Figures}
 */
export function figuresOf({ speed, snapshots, lastWriter, timeline, timeTravel }) {
  /** @type {Figures} */
  const figures = {};
  for (const { guest, interpreter, compiler } of speed) {
    figures[`${guest}, interpreted, millions of instructions per second`] = interpreter.steady[QUANTUM] ?? 0;
    figures[`${guest}, compiled, millions of instructions per second`] = compiler.steady[QUANTUM] ?? 0;
  }
  figures['snapshot of a page with a new word, µs'] = snapshots.microsecondsPerDirtyPage;
  figures['snapshot of a page that is all new, µs'] = snapshots.microsecondsPerRewrittenPage;
  figures['restored page, µs'] = snapshots.microsecondsPerRestoredPage;
  figures['hashed page, µs'] = snapshots.microsecondsPerHashedPage;
  figures['snapshot among many, µs'] = snapshots.microsecondsPerSnapshot;
  figures['last writer, all questions, ms'] = Object.values(lastWriter.milliseconds).reduce(
    (sum, each) => sum + each,
    0,
  );
  figures['timeline of a million events, a window, median, ms'] = timeline.median;
  for (const [name, history] of Object.entries({
    '10^8 instructions': timeTravel.short,
    '10^9 instructions': timeTravel.long,
  })) {
    figures[`played ${name}, s`] = history.seconds;
    figures[`seek in ${name}, median, ms`] = history.seek.median;
    figures[`step back by instruction in ${name}, median, ms`] = history.stepBack.instruction.median;
  }
  return figures;
}

/** @param {string} what */
const isSpeed = (what) => what.endsWith('per second');

/** @param {string} where @param {Figures} figures @param {Figures} landed @returns {string[]} */
function compare(where, figures, landed) {
  return Object.entries(figures).map(([what, value]) => {
    const before = landed[what];
    if (before === undefined) return `  new             ${where}: ${what}: ${told(value, '')}`;
    const share = isSpeed(what) ? value / before : before / value;
    const word = share >= LEAST_SHARE ? 'holds         ' : 'SLOWER        ';
    return `  ${word}  ${where}: ${what}: ${told(value, '')}, landed ${told(before, '')} (${share.toFixed(2)} of its speed)`;
  });
}

/** This computer, as far as speeds depend on it. */
export const thisComputer = () =>
  `${os.cpus().length} x ${os.cpus()[0]?.model.trim() ?? 'unknown processor'}`;

/**
 * The last lines of a bench, and whether all bounds that it measured hold.
 * @param {{ node: Part, chromium?: Part }} report @param {'quick' | 'full' | 'long'} extent
 * @param {Landed | undefined} landed @param {string} computer
 * @returns {{ lines: string[], holds: boolean }}
 */
export function verdictOn(report, extent, landed, computer) {
  const parts = /** @type {[string, Part][]} */ ([
    ['Node', report.node],
    ...(report.chromium ? [['Chromium', report.chromium]] : []),
  ]);
  const verdicts = parts.flatMap(([where, part]) => boundsOf(part).map((bound) => judge(where, bound)));
  const broken = verdicts.filter(({ holds }) => holds === false);
  const measured = verdicts.filter(({ holds }) => holds !== undefined).length;
  return {
    lines: [
      'What is held to:',
      ...verdicts.map(({ line }) => line),
      ...againstLanded(parts, extent, landed, computer),
      broken.length === 0
        ? `All ${measured} bounds that were measured hold.`
        : `${broken.length} of ${measured} bounds do not hold: ${broken.map(({ what }) => what).join('; ')}.`,
    ],
    holds: broken.length === 0,
  };
}

/**
 * @param {[string, Part][]} parts @param {string} extent @param {Landed | undefined} landed @param {string} computer
 * @returns {string[]}
 */
function againstLanded(parts, extent, landed, computer) {
  if (landed === undefined) return ['No figures have been landed yet: npm run bench -- --land keeps these.'];
  if (extent !== 'full')
    return ['The landed figures are of a full run, so these are not compared with them.'];
  const lines = parts.flatMap(([where, part]) =>
    compare(
      where,
      figuresOf(/** @type {Whole} */ (part)),
      landed[where === 'Node' ? 'node' : 'chromium'] ?? {},
    ),
  );
  const note =
    landed.computer === computer
      ? ''
      : `, which are of another computer (${landed.computer}), so only a hint`;
  return [`Against the landed figures${note}:`, ...lines];
}
