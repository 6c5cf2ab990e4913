// Memory from an address or label on, as bytes, words or text; pressing a value tells who wrote it last.

import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { hex } from '../../../../base/hex.ts';
import type { MachineView } from '../../../../worker/time-views.ts';
import { useTexts } from '../../../app/context.tsx';
import { formatAddress } from '../../../widgets/format.ts';
import { WhyChain } from '../why/Why.tsx';
import { useWriter } from './useWriter.ts';

const FORMATS = ['hex', 'words', 'text'] as const;
type Format = (typeof FORMATS)[number];
const ROW = 8;
const PAGE = 256;

interface Props {
  machine: MachineView;
  place: string;
  onPlace: (place: string) => void;
}

export function Memory({ machine, place, onPlace }: Props) {
  const t = useTexts();
  const { memory, error, host, before } = machine;
  const [text, setText] = useState(place);
  const [format, setFormat] = useState<Format>('hex');
  const { why, ask } = useWriter();
  const step = (bytes: number) => {
    if (memory === undefined) return;
    const next = hex(memory.address + bytes);
    setText(next);
    onPlace(next);
  };
  return (
    <>
      <form
        className="line-form"
        onSubmit={(event) => {
          event.preventDefault();
          onPlace(text.trim());
        }}
      >
        <input
          aria-label={t('machine.place')}
          placeholder={t('machine.place')}
          aria-invalid={error !== undefined}
          spellCheck={false}
          value={text}
          maxLength={200}
          onChange={(event) => setText(event.target.value)}
        />
        <select
          aria-label={t('machine.format')}
          value={format}
          onChange={(event) => setFormat(event.target.value as Format)}
        >
          {FORMATS.map((each) => (
            <option key={each} value={each}>
              {t(`machine.${each}`)}
            </option>
          ))}
        </select>
        <Button type="submit" className="button">
          {t('machine.go')}
        </Button>
      </form>
      {error !== undefined && (
        <p className="stop-error" role="alert">
          {error}
        </p>
      )}
      {why !== null && <WhyChain {...why} />}
      {memory !== undefined && (
        <>
          <Rows
            memory={memory}
            old={before?.memory?.address === memory.address ? before.memory.hex : null}
            format={format}
            onAsk={(address, length) => ask({ of: 'memory', host, address, length })}
          />
          <div className="stop-runs">
            <Button
              className="button"
              aria-label={t('machine.back', { bytes: PAGE })}
              onPress={() => step(-PAGE)}
            >
              −{PAGE}
            </Button>
            <Button
              className="button"
              aria-label={t('machine.on', { bytes: PAGE })}
              onPress={() => step(PAGE)}
            >
              +{PAGE}
            </Button>
          </div>
        </>
      )}
    </>
  );
}

interface RowsProps {
  memory: NonNullable<MachineView['memory']>;
  old: string | null;
  format: Format;
  onAsk: (address: number, length: number) => void;
}

function Rows({ memory, old, format, onAsk }: RowsProps) {
  const t = useTexts();
  const { address, hex } = memory;
  const size = format === 'words' ? 4 : 1;
  const rows = Array.from({ length: Math.ceil(hex.length / 2 / ROW) }, (_, row) => row * ROW);
  return (
    <div className={`memory memory-${format}`}>
      {memory.label !== undefined && <code className="quiet">{memory.label}</code>}
      {rows.map((start) => (
        <div key={start} className="memory-row">
          <span className="number memory-address">{formatAddress(address + start)}</span>
          {Array.from({ length: ROW / size }, (_, i) => start + i * size).map((at) => {
            const digits = hex.slice(2 * at, 2 * (at + size));
            const isChanged = old !== null && old.slice(2 * at, 2 * (at + size)) !== digits;
            return (
              <button
                key={at}
                type="button"
                className={isChanged ? 'cell is-changed' : 'cell'}
                aria-label={`${digits}. ${t('machine.whoWrote', { what: formatAddress(address + at) })}`}
                onClick={() => onAsk(address + at, size)}
              >
                {shown(digits, format)}
              </button>
            );
          })}
        </div>
      ))}
    </div>
  );
}

/** Little-endian words; a byte that no letter is written with is a dot. */
export function shown(digits: string, format: Format): string {
  if (format === 'hex') return digits;
  if (format === 'words') return (digits.match(/../g) ?? []).reverse().join('');
  const code = Number.parseInt(digits, 16);
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '·';
}
