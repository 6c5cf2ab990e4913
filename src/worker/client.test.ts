// The page's side of the protocol against a port that answers out of order, dies, or is stopped.
import { expect, test } from 'vitest';
import { connect, type WorkerPort } from './client.ts';
import type { Answer, ToWorker } from './protocol.ts';

interface FakePort extends WorkerPort {
  sent: ToWorker[];
  terminated: boolean;
}

function fakePort(): FakePort {
  const port: FakePort = {
    sent: [],
    terminated: false,
    postMessage: (message) => port.sent.push(message),
    terminate: () => {
      port.terminated = true;
    },
    onmessage: null,
    onerror: null,
    onmessageerror: null,
  };
  return port;
}

function answer(port: FakePort, id: number, value: Answer): void {
  port.onmessage?.({ data: { id, answer: value } } as MessageEvent);
}

const idOf = (message: ToWorker | undefined): number => {
  if (message === undefined || !('id' in message)) throw new Error('That is no request.');
  return message.id;
};

const link = (hash: string): Answer => ({ kind: 'link', hash, document: {} });

test('answers find their requests by id, in any order', async () => {
  const port = fakePort();
  const client = connect(port, () => {});
  const first = client.ask({ kind: 'link' });
  const second = client.ask({ kind: 'link' });
  answer(port, idOf(port.sent[1]), link('#second'));
  answer(port, idOf(port.sent[0]), link('#first'));
  expect(await first).toEqual(link('#first'));
  expect(await second).toEqual(link('#second'));
});

test('a worker that dies answers what is open and all that follows, and says so once', async () => {
  const port = fakePort();
  const reasons: string[] = [];
  const client = connect(port, (reason) => reasons.push(reason));
  const open = client.ask({ kind: 'link' });
  port.onerror?.({ message: 'out of memory' } as ErrorEvent);
  port.onerror?.({ message: 'again' } as ErrorEvent);
  expect(await open).toMatchObject({ kind: 'refused', key: 'worker.crashed' });
  expect(await client.ask({ kind: 'link' })).toMatchObject({ kind: 'refused' });
  expect(reasons).toEqual(['out of memory']);
  expect(port.sent).toHaveLength(1);
});

test('stopping the worker answers what is open and is no crash', async () => {
  const port = fakePort();
  const reasons: string[] = [];
  const client = connect(port, (reason) => reasons.push(reason));
  const open = client.ask({ kind: 'link' });
  client.close();
  expect(await open).toMatchObject({ kind: 'refused', key: 'worker.stopped' });
  expect(port.terminated).toBe(true);
  expect(reasons).toEqual([]);
});

test('a request says how far it is, and the one that is being worked on can be stopped', async () => {
  const port = fakePort();
  const client = connect(port, () => {});
  const shares: number[] = [];
  const asked = client.ask({ kind: 'link' }, (share) => shares.push(share));
  const id = idOf(port.sent[0]);
  port.onmessage?.({ data: { id, share: 0.5 } } as MessageEvent);
  client.stop();
  expect(port.sent.at(-1)).toEqual({ stop: id });
  answer(port, id, link('#there'));
  expect(await asked).toEqual(link('#there'));
  expect(shares).toEqual([0.5]);
  client.stop();
  expect(port.sent).toHaveLength(2);
});

test('an answer to something else is the worker’s failure, and nobody waits for ever', async () => {
  const port = fakePort();
  const reasons: string[] = [];
  const client = connect(port, (reason) => reasons.push(reason));
  const asked = client.ask({ kind: 'history' });
  answer(port, idOf(port.sent[0]), link('#other'));
  expect(await asked).toMatchObject({ kind: 'refused', key: 'worker.crashed' });
  expect(reasons).toEqual(['a request was answered with "link"']);
});
