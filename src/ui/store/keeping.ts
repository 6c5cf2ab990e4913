// Keeps the run with all its branches in this browser, so that a closed tab loses nothing. A store that is full or forbidden is said once.
import * as v from 'valibot';
import type { KeptBranch } from '../../worker/protocol.ts';
import type { Shelf } from './preferences.ts';
import type { Session } from './session.ts';
import type { SessionState } from './session-state.ts';
import type { View } from './view.ts';

const KEY = 'understudy.run';
const EVERY_MS = 1500;

/** Characters that may be stored: browsers give a page some five million. */
const CHARACTERS_MAX = 2_000_000;

const schema = v.object({
  title: v.string(),
  branches: v.pipe(
    v.array(
      v.object({
        name: v.string(),
        parent: v.nullable(v.number()),
        at: v.number(),
        document: v.record(v.string(), v.unknown()),
      }),
    ),
    v.minLength(1),
    v.maxLength(1000),
  ),
  on: v.number(),
  time: v.number(),
  step: v.exactOptional(v.number()),
  stops: v.array(v.object({ text: v.string(), isOn: v.boolean() })),
});

/** A run as it is kept. */
export type KeptRun = v.InferOutput<typeof schema>;

/** What an earlier page left; null when there is nothing, or nothing that can be read. */
export function readKept(shelf: Shelf | null): KeptRun | null {
  try {
    const found = v.safeParse(schema, JSON.parse(shelf?.getItem(KEY) ?? 'null'));
    return found.success ? found.output : null;
  } catch {
    return null;
  }
}

/** Stores a run; of too much the branches that began first go, but not the one that is on. Says whether it was possible. */
export function writeKept(shelf: Shelf | null, run: KeptRun): boolean {
  for (let kept: KeptRun | null = run; kept !== null; kept = withoutOne(kept)) {
    const text = JSON.stringify(kept);
    if (text.length > CHARACTERS_MAX) continue;
    try {
      shelf?.setItem(KEY, text);
      return shelf !== null;
    } catch {
      // Full: with a branch less it may fit.
    }
  }
  return false;
}

/** The first branch can go as any other: each is a scenario of its own. */
function withoutOne(run: KeptRun): KeptRun | null {
  const gone = run.branches.findIndex((_, i) => i !== run.on);
  if (gone < 0) return null;
  const moved = (position: number): number => (position > gone ? position - 1 : position);
  const branches = run.branches
    .filter((_, i) => i !== gone)
    .map((branch) => {
      const { parent } = branch;
      return { ...branch, parent: parent === null || parent === gone ? null : moved(parent) };
    });
  return { ...run, branches, on: moved(run.on) };
}

/** Whether somebody has done something in it that would be missed. */
export function isMissed({ branches }: KeptRun): boolean {
  const [first] = branches;
  const { commands, guest, id } = (first?.document ?? {}) as Record<string, unknown>;
  const isEdited = typeof guest === 'object' && guest !== null && ('source' in guest || 'elf' in guest);
  return (
    branches.length > 1 || isEdited || id !== 'counter' || (Array.isArray(commands) && commands.length > 0)
  );
}

interface KeepingParts {
  session: Session;
  view: View;
  shelf: Shelf | null;
}

const stateOf = ({ frame }: SessionState): string =>
  frame === null
    ? ''
    : JSON.stringify([
        frame.time,
        frame.step,
        frame.commands,
        frame.branches,
        frame.scenario.id,
        frame.rules,
      ]);

/** What somebody has done, wherever the cursor is. */
const doneIn = ({ frame }: SessionState): string =>
  JSON.stringify([frame?.commands, frame?.branches.length, frame?.scenario.id, frame?.rules]);

/** Stores the run now and then until the returned function is called. While an offer stands, only what somebody does takes its place. */
export function startKeeping({ session, view, shelf }: KeepingParts): () => void {
  let stored = '';
  let wasTold = false;
  const first = doneIn(session.store.getState());
  async function keep(): Promise<void> {
    const state = session.store.getState();
    const { stops, offer } = view.getState();
    if (offer !== null && doneIn(state) === first) return;
    const now = stateOf(state) + JSON.stringify(stops);
    if (state.frame === null || state.phase !== 'ready' || now === stored) return;
    const answer = await session.ask({ kind: 'keep' }, 'keep');
    if (answer?.kind !== 'kept') return;
    const { on, time, step } = answer;
    const branches = answer.branches as (KeptBranch & { document: Record<string, unknown> })[];
    const run: KeptRun = {
      title: state.frame.scenario.title,
      branches,
      on,
      time,
      ...(step === undefined ? {} : { step }),
      stops: [...stops],
    };
    stored = now;
    if (writeKept(shelf, run) || wasTold) return;
    wasTold = true;
    session.store.setState({ notice: { key: 'kept.full', message: 'This browser keeps nothing.' } });
  }
  const timer = setInterval(() => void keep(), EVERY_MS);
  // What somebody does is stored at once: the next moment may be the page's last.
  const stopFollowing = session.store.subscribe((state, before) => {
    if (state.frame !== before.frame && doneIn(state) !== doneIn(before)) void keep();
  });
  return () => {
    clearInterval(timer);
    stopFollowing();
  };
}

/** Opens what was kept, paused, and says so. */
export async function goOnWith({ session, view }: Omit<KeepingParts, 'shelf'>, kept: KeptRun): Promise<void> {
  const { stops, title: _, ...source } = kept;
  const { branches, time } = source;
  view.setState({ offer: null, stops });
  if (!(await session.open(source, false))) return;
  const { frame } = session.store.getState();
  const values = { count: branches.length, at: frame?.time ?? time };
  session.store.setState({
    notice: { key: 'kept.restored', values, message: 'Restored, paused.', isCalm: true },
  });
}
