// Finding events by what happened, about whom, and what they say: there, and as ticks on the timeline.
import { SkipBack, SkipForward } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { EventCount, FactQuery, FoundView } from '../../../../worker/time-views.ts';
import { useApp, useSession, useTexts } from '../../../app/context.tsx';
import { formatMoment } from '../../../widgets/format.ts';
import { type Choice, eventName, kindsIn, whoName, whosIn } from './events.ts';

const ANY: FactQuery = { kind: '', who: '', text: '' };

export default function Find() {
  const t = useTexts();
  const { session, view } = useApp();
  const [query, setQuery] = useState(ANY);
  const [outcome, setOutcome] = useState<FoundView | 'next' | 'previous' | null>(null);
  const events = useEvents();
  const isEmpty = query.kind === '' && query.who === '' && query.text.trim() === '';
  function change(part: Partial<FactQuery>): void {
    const next = { ...query, ...part };
    setQuery(next);
    setOutcome(null);
    const { kind, who } = next;
    view.setState({ find: kind === '' && who === '' ? null : { kind, who } });
  }
  useEffect(() => () => view.setState({ find: null }), [view]);
  async function find(direction: 1 | -1): Promise<void> {
    const found = await session.find({ ...query, text: query.text.trim() }, direction);
    setOutcome(found === undefined ? null : (found ?? (direction === 1 ? 'next' : 'previous')));
  }
  return (
    <section aria-label={t('find.title')}>
      <h3>{t('find.title')}</h3>
      <p className="quiet">{t('find.lead')}</p>
      <form
        className="find-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isEmpty) void find(1);
        }}
      >
        <Choose
          label={t('find.kind')}
          any={t('find.any')}
          value={query.kind}
          choices={kindsIn(events, query.who, t)}
          onChange={(kind) => change({ kind })}
        />
        <Choose
          label={t('find.who')}
          any={t('find.anybody')}
          value={query.who}
          choices={whosIn(events, query.kind, t)}
          onChange={(who) => change({ who })}
        />
        <label>
          {t('find.text')}
          <input
            value={query.text}
            placeholder={t('find.placeholder')}
            spellCheck={false}
            autoComplete="off"
            maxLength={200}
            onChange={(event) => change({ text: event.target.value })}
          />
        </label>
        <div className="stop-runs">
          <Button className="button" isDisabled={isEmpty} onPress={() => void find(-1)}>
            <SkipBack aria-hidden size={14} /> {t('find.previous')}
          </Button>
          <Button type="submit" className="button" isDisabled={isEmpty}>
            <SkipForward aria-hidden size={14} /> {t('find.next')}
          </Button>
        </div>
      </form>
      <div role="status">{outcome !== null && <Outcome outcome={outcome} />}</div>
    </section>
  );
}

interface ChooseProps {
  label: string;
  /** What it is called when nothing is chosen. */
  any: string;
  value: string;
  choices: readonly Choice[];
  onChange: (value: string) => void;
}

function Choose({ label, any, value, choices, onChange }: ChooseProps) {
  const t = useTexts();
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{any}</option>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {t('find.option', { name: choice.name, n: choice.count })}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What was found; or which way there is none. */
function Outcome({ outcome }: { outcome: FoundView | 'next' | 'previous' }) {
  const t = useTexts();
  if (typeof outcome === 'string') return <p className="quiet">{t(`find.none.${outcome}`)}</p>;
  const { at, kind, who, total, place } = outcome;
  const words = [eventName(kind, t), ...(who === '' ? [] : [whoName(who, t)])];
  return (
    <p className="find-found">
      <span className="number">{formatMoment(at)}</span> {words.join(' · ')}
      {total !== undefined && (
        <span className="quiet">
          {place === undefined ? t('find.total', { total }) : t('find.place', { place, total })}
        </span>
      )}
    </p>
  );
}

/** What there has been in this run, asked again when it has gone further and rests. */
function useEvents(): readonly EventCount[] {
  const { session } = useApp();
  const [events, setEvents] = useState<readonly EventCount[]>([]);
  const state = useSession(({ frame, playing }) =>
    playing ? 'playing' : `${frame?.branches.find(({ isOn }) => isOn)?.id} ${frame?.reached}`,
  );
  useEffect(() => {
    let isOpen = true;
    async function ask(): Promise<void> {
      const answer = await session.ask({ kind: 'events' }, 'events');
      if (isOpen && answer?.kind === 'events') setEvents(answer.events);
    }
    if (state !== 'playing') void ask();
    return () => {
      isOpen = false;
    };
  }, [session, state]);
  return events;
}
