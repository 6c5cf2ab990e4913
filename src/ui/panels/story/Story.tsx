// What happened, in a card where the logging channel was: each sentence leads to its instant.
import { X } from 'lucide-react';
import type { NarrationLine } from '../../../worker/frame.ts';
import { useApp, useFrame, useTexts } from '../../app/context.tsx';
import { tellStory } from '../../i18n/tell.ts';
import { formatMoment } from '../../widgets/format.ts';
import { IconButton } from '../../widgets/IconButton.tsx';
import { useStory } from './useStory.ts';
import './story.css';

export function Story() {
  const t = useTexts();
  const { view } = useApp();
  const isWhole = useFrame(({ properties }) => properties.every(({ holds }) => holds));
  const story = useStory();
  if (story === null) return null;
  const { survivor } = story;
  return (
    <article className="story">
      <header>
        <h3>{t(survivor === null ? 'story.running' : 'story.title')}</h3>
        <IconButton
          icon={X}
          label={t('story.dismiss')}
          onPress={() => view.setState({ storyDismissed: story.at })}
        />
      </header>
      {isWhole && survivor !== null && (
        <p className="story-why">{t(`story.why.${story.why}`, { survivor })}</p>
      )}
      <ol>
        {story.lines.map((line) => (
          <Fact key={line.index} line={line} />
        ))}
      </ol>
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
