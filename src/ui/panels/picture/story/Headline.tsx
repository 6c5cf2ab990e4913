// One line above the picture: what one is looking at, then what happened and whether an answer was lost.
import { X } from 'lucide-react';
import type { ViewFrame } from '../../../../worker/frame.ts';
import { action } from '../../../app/actions.ts';
import { useApp, useFrame, usePreferences, useTexts } from '../../../app/context.tsx';
import { storySentence } from '../../../i18n/sentences.ts';
import { IconButton } from '../../../widgets/IconButton.tsx';
import { RULES } from '../../model/rules.ts';
import { brokenOf, brokenSentence, isCounting, openDebts, verdictSentence } from '../../model/verdict.ts';
import type { FailoverStory } from './failover.ts';
import { useStory } from './useStory.ts';

type Texts = ReturnType<typeof useTexts>;

export function Headline() {
  const story = useStory();
  const { embedded } = useApp();
  const dismissed = usePreferences((state) => state.introDismissed);
  const isOff = useFrame(({ pair }) => pair === 'off');
  if (isOff) return <OffLine />;
  if (story !== null) return <StoryLine story={story} />;
  return dismissed || embedded ? null : <Intro />;
}

/** The VM was switched off on purpose, which is no failure. */
function OffLine() {
  const t = useTexts();
  return (
    <div className="headline" role="status">
      <p>{t('story.off')}</p>
    </div>
  );
}

function Intro() {
  const t = useTexts();
  const app = useApp();
  const { intro, off } = useFrame(introOf);
  const fault = action(intro === 'withoutArbitration' ? 'cutLog' : 'killPrimary');
  const isPossible = useFrame(() => fault.isEnabled(app));
  return (
    <div className="headline">
      <p>
        {off === undefined ? t(`intro.${intro}.line`) : t(`rule.${off}.off`)}{' '}
        <button type="button" className="invite" disabled={!isPossible} onClick={() => fault.perform(app)}>
          {t(`action.${fault.label}`)}
          {t(`intro.${intro}.rest`)}
        </button>
      </p>
      <IconButton
        icon={X}
        label={t('intro.dismiss')}
        size={14}
        onPress={() => app.preferences.setState({ introDismissed: true })}
      />
    </div>
  );
}

/** What the first line is about; of most rules what is missed is said in the rule's own words. */
function introOf({ rules, mode }: ViewFrame) {
  if (mode !== 'ft') return { intro: mode } as const;
  if (!rules.outputRule) return { intro: 'withoutOutputRule' } as const;
  if (!rules.arbitration) return { intro: 'withoutArbitration' } as const;
  const off = RULES.find((rule) => !rules[rule]);
  return off === undefined ? ({ intro: 'protected' } as const) : ({ intro: 'protected', off } as const);
}

function StoryLine({ story }: { story: FailoverStory }) {
  const t = useTexts();
  const isDown = useFrame(({ pair }) => pair === 'down');
  const [broken] = useFrame(({ properties }) => brokenOf(properties));
  const counts = useFrame(isCounting);
  const owed = useFrame(({ clients }) => openDebts(counts ? story.owed : [], clients));
  if (broken !== undefined) {
    return (
      <div className="headline headline-broken" role="status">
        <p>
          <strong>{brokenSentence(t, broken)}</strong> {headline(t, story)}
        </p>
      </div>
    );
  }
  const isWaiting = story.answersSince.length === 0 || owed.length > 0;
  const state = isDown ? 'broken' : isWaiting ? 'waits' : 'holds';
  return (
    <div className={`headline headline-${state}`} role="status">
      <p>
        {headline(t, story)}{' '}
        <strong>{isDown ? t('story.down') : verdictSentence(t, story, owed, counts)}</strong>
      </p>
    </div>
  );
}

/** Who was lost and who took over; while that is open, the last thing that happened. */
function headline(t: Texts, story: FailoverStory): string {
  const { lines, lost, survivor, survivorSince, at, why, mendedAt, isSplit, restored } = story;
  if (isSplit) return t('story.headline.split', { at });
  if (survivor === null || survivorSince === null) {
    if (mendedAt !== null) return t('story.headline.mended', { at, mendedAt });
    const last = lines.at(-1);
    return last === undefined ? '' : storySentence(t, last);
  }
  const fate = t(`story.headline.${why}`, { host: lost ?? '', survivor, at, afterNs: survivorSince - at });
  return restored === null ? fate : `${fate} ${t('story.headline.restored', restored)}`;
}
