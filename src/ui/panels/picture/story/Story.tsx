// What happened, in a card where the logging channel was: each sentence leads to its instant.
import { X } from 'lucide-react';
import type { NarrationLine } from '../../../../worker/frame.ts';
import { useApp, useFrame, useTexts } from '../../../app/context.tsx';
import { clientName, storySentence } from '../../../i18n/sentences.ts';
import { formatMoment } from '../../../widgets/format.ts';
import { IconButton } from '../../../widgets/IconButton.tsx';
import { brokenOf, brokenSentence, isCounting, openDebts } from '../../model/verdict.ts';
import type { FailoverStory } from './failover.ts';
import { useStory } from './useStory.ts';
import './story.css';

export function Story() {
  const t = useTexts();
  const { view } = useApp();
  const broken = useFrame(({ properties }) => brokenOf(properties));
  const story = useStory();
  const counts = useFrame(isCounting);
  // The reasons given are those of the paper's protocol.
  const isPaper = useFrame(({ mode }) => mode === 'ft');
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
      {broken.map((property) => (
        <p key={property.name} className="story-broken">
          {brokenSentence(t, property)}
        </p>
      ))}
      {broken.length === 0 && survivor !== null && isPaper && (
        <p className="story-why">
          {t(`story.why.${story.why}`, { survivor })}{' '}
          {story.why === 'crash' && counts && <Held story={story} />}
        </p>
      )}
      <ol>
        {story.lines.map((line) => (
          <Fact key={line.index} line={line} />
        ))}
      </ol>
    </article>
  );
}

/** What became of the replies that were still held when the primary died. */
function Held({ story }: { story: FailoverStory }) {
  const t = useTexts();
  const retryAt = useFrame(({ clients }) => openDebts(story.died, clients)[0]?.retryAt);
  const { died, lost, survivor } = story;
  const [reply] = died;
  if (reply === undefined) return t('story.held.anew', { survivor: survivor ?? '' });
  const { value } = reply;
  const names = { value, client: clientName(t, reply.client), host: lost ?? '', survivor: survivor ?? '' };
  return retryAt === undefined || story.answersSince.includes(value)
    ? t('story.held.died', names)
    : t('story.held.dies', { ...names, at: retryAt });
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
      <span>{storySentence(t, line)}</span>
    </li>
  );
}
