// The soak: random scenarios are played to their end, every property is checked, and none may be stuck.

import { parseDocument, type ScenarioDocument } from '../scenario/document.ts';
import { toWorldConfig } from '../scenario/to-world.ts';
import { instantAt } from '../sim/time.ts';
import { isFinished } from '../world/advance.ts';
import type { WorldConfig } from '../world/base/config.ts';
import { workloadBound } from '../world/properties/liveness-bounds.ts';
import { runScenario } from '../world/run.ts';
import { drawScenario } from './draw.ts';
import { drawAtLimits } from './draw-limits.ts';

export interface SoakRun {
  number: number;
  document: ScenarioDocument;
  /** The properties that were broken, by name. */
  broken: string[];
  /** Some client never got all its answers. */
  stuck: boolean;
}

/** Guests are few, and so is what is drawn of them: each is assembled once. */
const images = new Map<string, WorldConfig['image']>();

/** Plays one scenario. Throws if what was drawn is no scenario: that is a mistake in the drawing. */
export function soakOne(
  seed: number,
  number: number,
  rules: Readonly<Record<string, boolean>> = {},
): SoakRun {
  const parsed = parseDocument(drawScenario(seed, number, rules));
  if (!parsed.ok) throw new Error(`soak ${seed}/${number}: ${parsed.error.message}`);
  return play(parsed.value, seed, number).run;
}

/**
 * Plays one scenario without a fault and with parameters at their limits. Whoever may take longer than it lasts is not stuck.
 * @returns null where the parameters contradict each other
 */
export function soakAtLimits(seed: number, number: number): SoakRun | null {
  const parsed = parseDocument(drawAtLimits(seed, number));
  if (!parsed.ok) return null;
  const { run, config } = play(parsed.value, seed, number);
  const mayLast = workloadBound(config) ?? 0;
  return { ...run, stuck: run.stuck && mayLast <= run.document.untilNs };
}

function play(
  document: ScenarioDocument,
  seed: number,
  number: number,
): { run: SoakRun; config: WorldConfig } {
  const guest = JSON.stringify(document.guest);
  const config = toWorldConfig(document, images.get(guest));
  if (!config.ok) throw new Error(`soak ${seed}/${number}: ${config.error}`);
  images.set(guest, config.value.image);
  const { world, report } = runScenario(config.value, instantAt(document.untilNs));
  const broken = report.properties.filter(({ holds }) => !holds).map(({ name }) => name);
  return { run: { number, document, broken, stuck: !isFinished(world) }, config: config.value };
}

/** Whether the run shows a fault of the engine, or with a rule off that the rule is missed. */
export const isFailure = ({ broken, stuck }: SoakRun): boolean => broken.length > 0 || stuck;
