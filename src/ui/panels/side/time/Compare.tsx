// What differs: between the two machines of the pair, and between two instants.
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { Comparison, DifferenceView, PositionView } from '../../../../worker/time-views.ts';
import { useApp, useFrame, useTexts } from '../../../app/context.tsx';
import { endName } from '../../../i18n/sentences.ts';
import { comparePositions, positionOf } from '../../../store/position.ts';
import { formatAddress, formatCount } from '../../../widgets/format.ts';

export function Compare() {
  const t = useTexts();
  const { session } = useApp();
  const time = useFrame((frame) => frame.time);
  const step = useFrame((frame) => frame.step);
  const here = positionOf({ time, ...(step === undefined ? {} : { step }) });
  const pair = useFrame(({ hosts }) =>
    ['primary', 'backup'].map((role) => hosts.find((host) => host.role === role)?.id ?? ''),
  );
  const [marked, setMarked] = useState<PositionView | null>(null);
  const [found, setFound] = useState<Comparison | null>(null);
  const [primary = '', backup = ''] = pair;
  const hasPair = primary !== '' && backup !== '';
  async function compare(
    of: { hosts: [string, string] } | { from: PositionView; to: PositionView },
  ): Promise<void> {
    const answer = await session.ask({ kind: 'compare', of }, 'compare');
    if (answer?.kind === 'compared') setFound(answer.comparison);
  }
  function compareWith(other: PositionView): Promise<void> {
    const isBefore = comparePositions(other, here) < 0;
    return compare(isBefore ? { from: other, to: here } : { from: here, to: other });
  }
  return (
    <section aria-label={t('diff.title')}>
      <h3>{t('diff.title')}</h3>
      <div className="compare-buttons">
        <Button
          className="button"
          isDisabled={!hasPair}
          onPress={() => void compare({ hosts: [primary, backup] })}
        >
          {t('diff.pair')}
        </Button>
        {marked === null ? (
          <Button className="button" onPress={() => setMarked(here)}>
            {t('diff.mark')}
          </Button>
        ) : (
          <Button
            className="button"
            isDisabled={comparePositions(here, marked) === 0}
            onPress={() => void compareWith(marked)}
          >
            {t('diff.instants')}
          </Button>
        )}
      </div>
      {marked !== null && <p className="quiet">{t('diff.marked', { at: marked.at })}</p>}
      {found !== null && <Found {...found} />}
    </section>
  );
}

function Found({ parts, instruction, divergence }: Comparison) {
  const t = useTexts();
  const { session } = useApp();
  return (
    <div className="differences" role="status">
      {instruction !== undefined && <h4>{t('diff.atInstruction', { instruction })}</h4>}
      {parts.length === 0 && <p className="quiet">{t('diff.noParts')}</p>}
      {parts.map(({ host, difference }) => (
        <div key={host}>
          <h4>{endName(t, host)}</h4>
          <Part {...difference} />
        </div>
      ))}
      {divergence !== undefined && (
        <Button className="text-button link-button" onPress={() => void session.seek(divergence.at)}>
          {t('diff.divergence', { sequence: divergence.sequence })}
          {divergence.first !== undefined &&
            ` · ${t('diff.firstInstruction', { instruction: divergence.first.instruction })}`}
        </Button>
      )}
    </div>
  );
}

const REGISTERS_SHOWN = 16;

/** How many instructions were retired is a count, and no address. */
const shown = (name: string, value: number): string =>
  name === 'instructions' ? formatCount(value) : formatAddress(value);

function Part({ registers, memory, bytes, devices }: DifferenceView) {
  const t = useTexts();
  if (registers.length + bytes + devices.length === 0) return <p className="quiet">{t('diff.equal')}</p>;
  return (
    <dl>
      {registers.slice(0, REGISTERS_SHOWN).map(({ name, left, right }) => (
        <div key={name}>
          <dt>
            <code>{name}</code>
          </dt>
          <dd className="number">
            {shown(name, left)} → {shown(name, right)}
          </dd>
        </div>
      ))}
      {bytes > 0 && (
        <div>
          <dt>{t('diff.memory', { count: bytes })}</dt>
          <dd>
            {memory.slice(0, 8).map(({ address, length, label }) => (
              <div key={address} className="number">
                {formatAddress(address)} +{length} <code>{label}</code>
              </div>
            ))}
          </dd>
        </div>
      )}
      {devices.length > 0 && (
        <div>
          <dt>{t('diff.devices')}</dt>
          <dd>
            <code>{devices.slice(0, 8).join(', ')}</code>
          </dd>
        </div>
      )}
    </dl>
  );
}
