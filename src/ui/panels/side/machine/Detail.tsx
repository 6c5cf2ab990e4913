// What a log entry, a packet or a block is made of: when and where, its fields, its layers, its bytes. An entry at any time.
import { useEffect, useState } from 'react';
import type { DetailQuery, DetailView } from '../../../../worker/time-views.ts';
import { useApp, useFrame, useSession, useTexts } from '../../../app/context.tsx';
import { endName, fieldName } from '../../../i18n/sentences.ts';
import { formatBytes, formatInstant } from '../../../widgets/format.ts';
import { HexDump } from '../../../widgets/HexDump.tsx';
import { Questions } from '../why/WhyQuestions.tsx';
import { Fields } from './parts.tsx';
import './machine.css';

interface Props {
  query: DetailQuery;
  name: string;
}

export default function Detail({ query, name }: Props) {
  const t = useTexts();
  const detail = useDetail(query);
  if (detail === undefined) return <p className="quiet">{t('inspect.looking')}</p>;
  if (detail === null) {
    return query.of === 'block' ? null : (
      <p className="quiet">{t(query.of === 'flight' ? 'inspect.flightGone' : 'inspect.gone')}</p>
    );
  }
  const { fields, layers, hex, client, request } = detail;
  return (
    <section className="machine detail" aria-label={name}>
      {query.of !== 'block' && <Facts detail={detail} isEntry={query.of === 'entry'} />}
      {client !== undefined && request !== undefined && (
        <Questions
          about={`${client} ${request}`}
          questions={[{ key: 'packet', query: { of: 'request', client, request } }]}
        />
      )}
      {fields.length > 0 && <Fields fields={fields} />}
      {layers.map((layer) => (
        <div key={layer.name}>
          <h4>{fieldName(t, layer.name)}</h4>
          <Fields fields={layer.fields} />
        </div>
      ))}
      {hex !== '' && <HexDump label={t('machine.hexDump', { what: name })} hex={hex} />}
    </section>
  );
}

/** What does not change is asked once; a block at every instant at which the run stands. */
function useDetail(query: DetailQuery): DetailView | null | undefined {
  const { session } = useApp();
  const branch = useFrame(({ branches }) => branches.find(({ isOn }) => isOn)?.id);
  const time = useSession(({ frame, playing }) => (query.of !== 'block' || playing ? null : frame?.time));
  const [detail, setDetail] = useState<DetailView | null | undefined>(undefined);
  const asked = JSON.stringify(query);
  // biome-ignore lint/correctness/useExhaustiveDependencies: on another branch it may be another one
  useEffect(() => {
    let isWanted = true;
    void session.ask({ kind: 'detail', query: JSON.parse(asked) }, 'detail').then((answer) => {
      if (isWanted && answer?.kind === 'detail') setDetail(answer.detail);
    });
    return () => {
      isWanted = false;
    };
  }, [session, asked, branch, time]);
  return detail;
}

function Facts({ detail, isEntry }: { detail: DetailView; isEntry: boolean }) {
  const t = useTexts();
  const { session } = useApp();
  const { at, host, arrivesAt, isLost, from, to, bytes } = detail;
  return (
    <dl>
      {from !== undefined && to !== undefined && (
        <div>
          <dt>{t('inspect.fact.way')}</dt>
          <dd>{`${endName(t, from)} → ${endName(t, to)}`}</dd>
        </div>
      )}
      {at !== undefined && (
        <div>
          <dt>{t(isEntry ? 'inspect.fact.recordedAt' : 'inspect.fact.sentAt')}</dt>
          <dd>
            <button
              type="button"
              className="instant-link number"
              title={t('why.goTo', { at })}
              onClick={() => void session.seek(at)}
            >
              {formatInstant(at)}
            </button>
          </dd>
        </div>
      )}
      {host !== undefined && (
        <div>
          <dt>{t('inspect.fact.recordedBy')}</dt>
          <dd>{endName(t, host)}</dd>
        </div>
      )}
      {arrivesAt !== undefined && (
        <div>
          <dt>{t('inspect.fact.arrivesAt')}</dt>
          <dd>
            <span className="number">{formatInstant(arrivesAt)}</span>{' '}
            {t(isLost === true ? 'inspect.fate.lost' : 'inspect.fate.arrives')}
          </dd>
        </div>
      )}
      {!isEntry && (
        <div>
          <dt>{t('inspect.fact.bytes')}</dt>
          <dd>{formatBytes(bytes)}</dd>
        </div>
      )}
    </dl>
  );
}
