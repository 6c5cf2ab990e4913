// What each rule is there for: with one switched off, some of the same faults do what the paper says they would.
import { describe, expect, test } from 'vitest';
import {
  all,
  answers,
  broken,
  counted,
  instants,
  liveHosts,
  MANY_RUNS,
  play,
  REQUESTS,
} from '../testing/story.ts';

describe('without the Output Rule', () => {
  const rules = { outputRule: false };
  const stories = () =>
    instants(100).map((at) => ({ at, story: play({ rules, commands: [`crash A @ ${at}ns`] }) }));

  test('some crashes give a number twice or lose one, and the property names the instant', {
    timeout: MANY_RUNS,
  }, () => {
    const seen = new Set<string>();
    for (const { at, story } of stories()) {
      const released = all(story.facts, 'outputReleased').some(({ isProtected }) => isProtected);
      expect(broken(story).includes('Output Rule'), `crash A @ ${at}ns`).toBe(released);
      const view = story.report.properties.find(({ name }) => name === 'Clients’ view');
      const isRight = JSON.stringify(answers(story)) === JSON.stringify(counted(2 * REQUESTS));
      if (!isRight) expect(view?.holds, `crash A @ ${at}ns: ${answers(story)}`).toBe(false);
      if (view?.violation === undefined) continue;
      const { at: instant, key, values } = view.violation;
      seen.add(key);
      expect(instant).toBeGreaterThan(at);
      const told = all(story.facts, 'answered').filter((fact) => fact.at === instant);
      expect(told.map(({ client, value }) => ({ client, value }))).toContainEqual({
        client: values.client,
        value: values.value,
      });
      if (key !== 'answerTwice') continue;
      const same = all(story.facts, 'answered').filter(({ value }) => value === values.value);
      expect(same.length, `crash A @ ${at}ns`).toBeGreaterThan(1);
    }
    expect([...seen]).toContain('answerTwice');
  });

  test('while nothing fails nobody notices: that is what makes it dangerous', () => {
    const story = play({ rules });
    expect(answers(story)).toEqual(counted(2 * REQUESTS));
    expect(broken(story)).toEqual(['Output Rule']);
    const waits = all(story.facts, 'outputReleased').map(({ waited }) => waited);
    expect(Math.max(...waits)).toBe(0);
  });
});

describe('without arbitration', () => {
  const rules = { arbitration: false };

  test('a cut of the logging channel leaves two live machines', { timeout: MANY_RUNS }, () => {
    for (const at of instants(30)) {
      const story = play({ rules, commands: [`cut log @ ${at}ns`] });
      expect(liveHosts(story), `cut log @ ${at}ns`).toEqual(['A', 'B']);
      expect(broken(story)).toContain('One live machine');
      const { violation } = story.report.properties.find(({ name }) => name === 'One live machine') ?? {};
      expect(violation?.key).toBe('twoLive');
      const lone = all(story.facts, 'wentSolo').concat(all(story.facts, 'wentLive') as never);
      expect(lone.map((fact) => fact.at)).toContain(violation?.at);
      expect(all(story.facts, 'testAndSetSent')).toEqual([]);
    }
  });

  test('a crash is survived all the same: who is dead does not compete', () => {
    const story = play({ rules, commands: ['crash A @ 8200us'] });
    expect(answers(story)).toEqual(counted(2 * REQUESTS));
    expect(broken(story)).toEqual([]);
    expect(liveHosts(story)).toEqual(['B']);
  });
});
