// Which service is asked, and what all of them have in common.
import { expect, test } from 'vitest';
import { clientsView } from '../properties/clients-view.ts';
import type { Fact } from '../state/observation.ts';
import { asked, told } from '../testing/checker.ts';
import { at, worldConfig } from '../testing/worlds.ts';
import { SERVICES, serviceOf } from './index.ts';

test('the clients’ view is that of the guest’s own service', () => {
  const facts: Fact[] = [asked(1, 1, 'get', 3), told(1, 1, 5)];
  const memory = clientsView.begin(worldConfig({ service: 'key-value' }));
  const verdicts = facts.map((fact) => clientsView.check(memory, { at: at(0), ...fact }));
  expect(verdicts).toMatchObject([undefined, { key: 'valueWrong' }]);
});

test('the clients’ view takes it from a guest that the disk failed, when it did', () => {
  const memory = clientsView.begin(worldConfig());
  const check = (fact: Fact) => clientsView.check(memory, { at: at(0), ...fact });
  check(asked(2, 1, 'increment'));
  expect(check(told(2, 1, 0, 2))).toMatchObject({ key: 'answerFailed' });
  check({ kind: 'diskFailed', disk: 'disk', block: 7, host: 'A', io: 1, reason: 'error' });
  check(asked(1, 1, 'increment'));
  expect(check(told(1, 1, 0, 2))).toBe('holds');
  check(asked(1, 2, 'increment'));
  expect(check(told(1, 2, 0, 1))).toMatchObject({ key: 'answerFailed' });
});

test('there are no other services', () => {
  expect(() => serviceOf('toString')).toThrow('there is no service "toString"');
});

test.each(Object.entries(SERVICES))(
  '%s remembers plain data only, and takes no answer that nobody waited for',
  (_, service) => {
    const memory = service.begin(worldConfig());
    const [operation] = Object.keys(service.operations);
    if (operation === undefined) return;
    service.check(memory, { at: at(0), ...asked(1, 1, operation, 1, 1) });
    expect(structuredClone(memory)).toEqual(memory);
    expect(service.check(memory, { at: at(0), ...told(2, 1, 1) })).toMatchObject({ key: 'answerUnasked' });
  },
);
