// What all requests of a session have in common: how one is asked, what it says is on screen, and what its frame does to what the page knows.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Client } from '../../worker/client.ts';
import type { ViewFrame } from '../../worker/frame.ts';
import type { FrameAnswer, Refused, Viewport } from '../../worker/protocol.ts';
import { mergeNarration, narrationFrom } from './narration.ts';
import { comparePositions, positionOf } from './position.ts';
import { withReducedMotion } from './reduced-motion.ts';
import { createRequester, type Requester } from './requester.ts';
import { NOTHING_OPEN, type SessionState } from './session-state.ts';

export interface SessionParts {
  connect: (onCrash: (reason: string) => void) => Client;
  /** Bytes that a run's history may take. */
  memory?: () => number;
  /** What is on screen when the cursor is at `time`. */
  viewport: (time: number) => Omit<Viewport, 'narrationFrom'>;
  now: () => number;
  /** Whether the person asked for less motion. */
  isStill: () => boolean;
}

/** How a frame stands to the one before it. */
export interface Reception {
  /** Of another run nothing that was told before holds. */
  isOtherRun?: boolean;
  isPlaying?: boolean;
}

export interface SessionCore {
  store: StoreApi<SessionState>;
  parts: SessionParts;
  submit: Requester['submit'];
  requester: () => Requester;
  /** The instant that is on screen. */
  timeNow(): number;
  /** What is on screen at `time`, by default now; `from`: the first fact whose narration is wanted. */
  view(time?: number, from?: number): Viewport;
  /** Takes a frame over, or says why it was refused. @returns whether there was a frame */
  receive(answer: FrameAnswer | Refused | null, reception?: Reception): answer is FrameAnswer;
  /** Ends what takes long; the run stands where it has come. */
  stop(): void;
  /** Another worker instead of the one there is. */
  reconnect(): void;
}

const branchOn = (frame: ViewFrame | null) => frame?.branches?.find(({ isOn }) => isOn)?.id;

export function createCore(parts: SessionParts): SessionCore {
  const store = createStore<SessionState>(() => NOTHING_OPEN);
  const { getState: get, setState: set } = store;
  let { client, requester } = connected(parts, store);

  function take(frame: ViewFrame, { isOtherRun = false, isPlaying = false }: Reception): void {
    const { frame: last, playing, stoodAt, narration } = get();
    const isSameBranch = !isOtherRun && branchOn(last) === branchOn(frame);
    const isSame = last !== null && comparePositions(positionOf(last), positionOf(frame)) === 0;
    // While it plays it stands nowhere: what it came from is where it was set off.
    const hasMoved = last !== null && !isSame && !playing && !isPlaying;
    set({
      stoodAt: !isSameBranch ? null : hasMoved ? positionOf(last) : stoodAt,
      phase: 'ready',
      frame,
      latest: Math.max(frame.time, frame.reached ?? 0),
      ...(isSame && !isOtherRun ? {} : { stop: null }),
      narration: mergeNarration(isOtherRun ? [] : narration, frame),
      linkIsCurrent: false,
      ...(frame.ended && { playing: false }),
    });
  }

  const timeNow = (): number => get().frame?.time ?? 0;

  return {
    store,
    parts,
    submit: (kind, make, lane) => requester.submit(kind, make, lane),
    requester: () => requester,
    timeNow,
    view: (time = timeNow(), from = narrationFrom(get().narration)) => ({
      ...parts.viewport(time),
      narrationFrom: from,
    }),
    receive(answer, reception = {}): answer is FrameAnswer {
      if (answer?.kind === 'refused') refuse(store, answer);
      if (answer?.kind !== 'frame') return false;
      take(parts.isStill() ? withReducedMotion(answer.frame) : answer.frame, reception);
      return true;
    },
    stop: () => client.stop(),
    reconnect() {
      client.close();
      ({ client, requester } = connected(parts, store));
      set({ phase: 'opening', playing: false, notice: null });
    },
  };
}

/** A worker, and who asks it. */
function connected(parts: SessionParts, { setState: set }: StoreApi<SessionState>) {
  const client = parts.connect((reason) =>
    set({
      phase: 'crashed',
      playing: false,
      notice: { key: 'worker.crashed', values: { reason }, message: reason },
    }),
  );
  const requester = createRequester({
    ask: client.ask,
    stop: () => client.stop(),
    now: parts.now,
    onProgress: (progress) => set({ progress }),
  });
  return { client, requester };
}

function refuse({ setState: set }: StoreApi<SessionState>, { key, values, message, isCalm }: Refused): void {
  set({
    playing: false,
    notice: { message, ...(key && { key }), ...(values && { values }), ...(isCalm && { isCalm }) },
  });
}
