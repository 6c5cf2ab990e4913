// Lets one request out at a time. What waits is asked in order; of several waiting alike only the newest is asked at all.
import type { Answer, Request } from '../../worker/protocol.ts';

interface Waiting {
  make: () => Request;
  /** Waiting requests of the same lane replace each other: scrubbing asks only for where the hand is now. */
  lane: string | null;
  resolve: (answer: Answer | null) => void;
}

export interface Requester {
  /** Asks as soon as nothing else is out; null when a newer request of the same lane took its place. */
  submit(make: () => Request, lane?: string): Promise<Answer | null>;
  /** Nothing is out and nothing waits. */
  isIdle(): boolean;
  /** How long the request that is out has been out, in ms of `now`; 0 when none is. */
  waitedMs(now: number): number;
}

/** A requester over `ask`, which has to answer every request. `now` is the wall clock in ms. */
export function createRequester(ask: (request: Request) => Promise<Answer>, now: () => number): Requester {
  const waiting: Waiting[] = [];
  let outSince: number | null = null;

  async function pump(): Promise<void> {
    const next = outSince === null ? waiting.shift() : undefined;
    if (next === undefined) return;
    outSince = now();
    const answer = await ask(next.make());
    outSince = null;
    next.resolve(answer);
    void pump();
  }

  return {
    submit(make, lane) {
      return new Promise((resolve) => {
        const older = lane === undefined ? -1 : waiting.findIndex((each) => each.lane === lane);
        if (older >= 0) waiting.splice(older, 1)[0]?.resolve(null);
        waiting.push({ make, lane: lane ?? null, resolve });
        void pump();
      });
    },
    isIdle: () => outSince === null && waiting.length === 0,
    waitedMs: (at) => (outSince === null ? 0 : at - outSince),
  };
}
