// What moves in the run that is open, or opens one.
import type { Destination, Request, StepUnit } from '../../worker/protocol.ts';
import type { FactQuery, FoundView } from '../../worker/time-views.ts';
import { liveHost } from '../panels/model/hosts.ts';
import type { SessionCore } from './session-core.ts';

export type Source = Extract<Request, { kind: 'open' }>['source'];

type Direction = 'forward' | 'backward';

export interface SessionMoves {
  open(source: Source, play: boolean): Promise<boolean>;
  seek(time: number): Promise<void>;
  /** Of instructions, those of `machine`, or of the machine that answers the world. */
  step(unit: StepUnit, direction: 1 | -1, machine?: string): Promise<void>;
  runToEnd(): Promise<void>;
  /** To the next event that is so, or back to the last. Null when there is none, undefined when it was stopped. */
  find(query: FactQuery, direction: 1 | -1): Promise<FoundView | null | undefined>;
  /** To the next of these breakpoints, or back to the last. */
  runTo(breakpoints: string[], direction: Direction): Promise<void>;
  /** To where this breakpoint is met next; if it never is, back to where it was met last. */
  runToOrBack(breakpoint: string): Promise<void>;
  goTo(place: Destination): Promise<void>;
}

export function sessionMoves(core: SessionCore): SessionMoves {
  const { store, submit, view, receive } = core;
  const { getState: get, setState: set } = store;
  const pause = (): void => set({ playing: false });

  /** Whose instructions are stepped by: of the machine that answers the world. */
  function host(): { host?: string } {
    const live = liveHost(get().frame);
    return live === undefined ? {} : { host: live.id };
  }

  /** @returns whether it met none; where it was refused or stopped nobody knows */
  async function toStop(breakpoints: string[], direction: Direction): Promise<boolean> {
    pause();
    const answer = await submit('run', () => ({ kind: 'run', breakpoints, direction, viewport: view() }));
    if (!receive(answer) || answer.isStopped) return false;
    const { hit } = answer;
    if (hit) set({ stop: { hit, text: breakpoints[hit.breakpoint] ?? '' } });
    return !hit;
  }

  async function runTo(breakpoints: string[], direction: Direction): Promise<void> {
    if (!(await toStop(breakpoints, direction))) return;
    set({ notice: { key: `stops.none.${direction}`, message: 'No breakpoint was met.' } });
  }

  return {
    open: (source, play) => open(core, source, play),
    async seek(time) {
      pause();
      const to = Math.max(0, Math.round(time));
      receive(await submit('seek', () => ({ kind: 'seek', time: to, viewport: view(to) }), 'seek'));
    },
    async step(unit, direction, machine) {
      pause();
      const whose = () => (machine === undefined ? host() : { host: machine });
      receive(await submit('step', () => ({ kind: 'step', unit, direction, ...whose(), viewport: view() })));
    },
    async runToEnd() {
      pause();
      receive(await submit('end', () => ({ kind: 'end', viewport: view() })));
    },
    async find(query, direction) {
      pause();
      const answer = await submit('find', () => ({ kind: 'find', query, direction, viewport: view() }));
      return receive(answer) && !answer.isStopped ? answer.found : undefined;
    },
    runTo,
    async runToOrBack(breakpoint) {
      if (await toStop([breakpoint], 'forward')) await runTo([breakpoint], 'backward');
    },
    async goTo(place) {
      pause();
      receive(await submit('goTo', () => ({ kind: 'goTo', place, viewport: view() })));
    },
  };
}

async function open({ store, parts, submit, view, receive }: SessionCore, source: Source, play: boolean) {
  const memory = parts.memory === undefined ? {} : { memory: parts.memory() };
  const answer = await submit('open', () => ({ kind: 'open', source, ...memory, viewport: view(0, 0) }));
  if (!receive(answer, { isOtherRun: true })) return false;
  const { differs } = answer;
  const notice = differs && {
    key: 'linkError.differs',
    values: differs,
    message: 'This run came out differently.',
  };
  store.setState({ playing: play, notice: notice ?? null });
  return true;
}
