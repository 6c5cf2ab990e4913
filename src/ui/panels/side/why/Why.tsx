// Why something is so: a chain of what happened, each a link to its instant, and who wrote a value.
import type { WhyView, WriterView } from '../../../../worker/time-views.ts';
import { useApp, useTexts } from '../../../app/context.tsx';
import { causeSentence, textOf } from '../../../i18n/sentences.ts';
import { formatMoment } from '../../../widgets/format.ts';
import './why.css';

export function WhyChain({ causes, rules, writer }: WhyView) {
  const t = useTexts();
  const { session } = useApp();
  const isNothing = causes.length === 0 && writer === undefined;
  return (
    <div className="why" role="status">
      {isNothing && <p className="quiet">{t('why.nothing')}</p>}
      {writer !== undefined && <Writer {...writer} />}
      <ol>
        {causes.map((cause, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a chain is drawn whole, and two of its links may say the same
          <li key={i}>
            <button
              type="button"
              onClick={() => void session.seek(cause.at)}
              title={t('why.goTo', { at: cause.at })}
            >
              <span className="number">{formatMoment(cause.at)}</span>
              <span>
                <small>{textOf(t, `why.relation.${cause.relation}`) ?? cause.relation}</small>{' '}
                {causeSentence(t, cause)}
              </span>
            </button>
          </li>
        ))}
      </ol>
      {rules.length > 0 && (
        <p className="quiet">
          {t('why.rules', { rules: rules.map((rule) => textOf(t, `rule.${rule}.name`) ?? rule).join(', ') })}
        </p>
      )}
    </div>
  );
}

function Writer({ by, at, instruction = 0, place = '', input = '', isChangeOnly }: WriterView) {
  const t = useTexts();
  const { session } = useApp();
  const text = t(`why.by.${by}`, { instruction, place, input });
  return (
    <p>
      {at === undefined ? (
        text
      ) : (
        <button
          type="button"
          className="why-writer"
          onClick={() => void session.seek(at)}
          title={t('why.goTo', { at })}
        >
          {text} <span className="number">{formatMoment(at)}</span>
        </button>
      )}
      {isChangeOnly && <small className="quiet"> {t('why.changeOnly')}</small>}
    </p>
  );
}
