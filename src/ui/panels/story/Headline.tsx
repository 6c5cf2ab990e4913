// One line above the picture: what one is looking at, then what happened and whether an answer was lost.
import { X } from 'lucide-react';
import { useApp, useFrame, usePreferences, useTexts } from '../../app/context.tsx';
import { propertyKey, propertyName, tellStory } from '../../i18n/tell.ts';
import { IconButton } from '../../widgets/IconButton.tsx';
import type { FailoverStory } from './failover.ts';
import { useStory } from './useStory.ts';

type Texts = ReturnType<typeof useTexts>;

export function Headline() {
  const story = useStory();
  const { embedded } = useApp();
  const dismissed = usePreferences((state) => state.introDismissed);
  if (story !== null) return <StoryLine story={story} />;
  return dismissed || embedded ? null : <Intro />;
}

function Intro() {
  const t = useTexts();
  const { preferences } = useApp();
  return (
    <div className="headline">
      <p>
        {t('intro.line')} <strong>{t('intro.invite')}</strong>
      </p>
      <IconButton
        icon={X}
        label={t('intro.dismiss')}
        size={14}
        onPress={() => preferences.setState({ introDismissed: true })}
      />
    </div>
  );
}

function StoryLine({ story }: { story: FailoverStory }) {
  const t = useTexts();
  const isDown = useFrame(({ pair }) => pair === 'down');
  const broken = useFrame(({ properties }) =>
    properties.filter(({ holds }) => !holds).map(({ name }) => name),
  );
  const isWhole = !broken.some((name) => propertyKey(name) === 'clientsView');
  const isWaiting = story.answersSince.length === 0;
  const state = isDown || broken.length > 0 ? 'broken' : isWaiting ? 'waits' : 'holds';
  const names = broken.map((name) => propertyName(t, name)).join(', ');
  return (
    <div className={`headline headline-${state}`} role="status">
      <p>
        {headline(t, story)}{' '}
        <strong>
          {isDown ? t('story.down') : verdict(t, story, isWhole)}
          {broken.length > 0 && isWhole && ` ${t('story.verdict.but', { names })}`}
        </strong>
      </p>
    </div>
  );
}

/** Who was lost and who took over; while that is open, the last thing that happened. */
function headline(t: Texts, { lines, lost, survivor, survivorSince, at, why }: FailoverStory): string {
  if (survivor === null || survivorSince === null) {
    const last = lines.at(-1);
    return last === undefined ? '' : tellStory(t, last);
  }
  return t(`story.headline.${why}`, { host: lost ?? '', survivor, at, afterNs: survivorSince - at });
}

/** Shown of the answers since. */
const ANSWERS = 4;

/** The answers before and since as one row of numbers, or how the clients wait. */
function verdict(t: Texts, { answerBefore, answersSince }: FailoverStory, isWhole: boolean): string {
  if (answersSince.length === 0) {
    return answerBefore === null
      ? t('story.verdict.waitingNone')
      : t('story.verdict.waiting', { value: answerBefore });
  }
  const before = answerBefore === null ? [] : [`… ${answerBefore}`];
  const more = answersSince.length > ANSWERS ? ['…'] : [];
  const list = [...before, ...answersSince.slice(0, ANSWERS).map(String), ...more].join(', ');
  return t(isWhole ? 'story.verdict.whole' : 'story.verdict.broken', { list });
}
