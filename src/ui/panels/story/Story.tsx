// What happened, in a card where the logging channel was: each sentence leads to its instant.
import { X } from 'lucide-react';
import type { NarrationLine } from '../../../worker/frame.ts';
import { useApp, useFrame, useSession, useTexts, useView } from '../../app/context.tsx';
import { tellStory } from '../../i18n/tell.ts';
import { formatMoment } from '../../widgets/format.ts';
import { IconButton } from '../../widgets/IconButton.tsx';
import { type FailoverStory, failoverStory } from './failover.ts';
import './story.css';

export function Story() {
  const t = useTexts();
  const { view } = useApp();
  const { pair, properties } = useFrame();
  const narration = useSession((state) => state.narration);
  const dismissed = useView((state) => state.storyDismissed);
  const story = failoverStory(narration);
  if (story === null || story.at === dismissed) return null;
  const isWhole = properties.every(({ holds }) => holds);
  return (
    <article className="story">
      <header>
        <h3>{t(story.survivor === null ? 'story.running' : 'story.title')}</h3>
        <IconButton
          icon={X}
          label={t('story.dismiss')}
          onPress={() => view.setState({ storyDismissed: story.at })}
        />
      </header>
      <ol>
        {story.lines.map((line) => (
          <Fact key={line.index} line={line} />
        ))}
      </ol>
      <p className={isWhole ? 'verdict' : 'verdict verdict-broken'}>
        {pair === 'down' ? t('story.down') : verdict(t, story, isWhole)}
      </p>
      {isWhole && story.survivor !== null && <p className="story-why">{t(`story.why.${story.why}`)}</p>}
    </article>
  );
}

function Fact({ line }: { line: NarrationLine }) {
  const t = useTexts();
  const { session } = useApp();
  return (
    <li>
      <button
        type="button"
        className="instant"
        aria-label={t('story.goTo', { at: line.at })}
        onClick={() => void session.seek(line.at)}
      >
        {formatMoment(line.at)}
      </button>
      <span>{tellStory(t, line)}</span>
    </li>
  );
}

/** The answers before and since as one row of numbers, or how the clients wait. */
function verdict(t: ReturnType<typeof useTexts>, story: FailoverStory, isWhole: boolean): string {
  const { answerBefore, answersSince } = story;
  if (answersSince.length === 0) {
    return answerBefore === null
      ? t('story.verdict.waitingNone')
      : t('story.verdict.waiting', { value: answerBefore });
  }
  const before = answerBefore === null ? [] : [`… ${answerBefore}`];
  const shown = answersSince.slice(0, 4).map(String);
  const list = [...before, ...shown, ...(answersSince.length > 4 ? ['…'] : [])].join(', ');
  return t(isWhole ? 'story.verdict.whole' : 'story.verdict.broken', { list });
}
