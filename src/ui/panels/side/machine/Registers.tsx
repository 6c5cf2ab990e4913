// Registers and control registers; pressing one tells who wrote it last.
import type { MachineView, WhyQuery } from '../../../../worker/time-views.ts';
import { useTexts } from '../../../app/context.tsx';
import { formatAddress } from '../../../widgets/format.ts';
import { WhyChain } from '../why/Why.tsx';
import { useWriter } from './useWriter.ts';

interface Props {
  machine: MachineView;
}

export function Registers({ machine }: Props) {
  const t = useTexts();
  const { why, ask } = useWriter();
  return (
    <>
      {why !== null && <WhyChain {...why} />}
      <List values={machine.registers?.filter(({ isControl }) => !isControl)} machine={machine} onAsk={ask} />
      <h4>{t('machine.controls')}</h4>
      <List values={machine.registers?.filter(({ isControl }) => isControl)} machine={machine} />
    </>
  );
}

interface ListProps {
  values: MachineView['registers'];
  machine: MachineView;
  /** Who wrote it can be asked of all but pc. */
  onAsk?: (query: WhyQuery) => void;
}

function List({ values = [], machine, onAsk }: ListProps) {
  const t = useTexts();
  const old = new Map(machine.before?.registers?.map(({ name, value }) => [name, value]));
  return (
    <ul className={onAsk === undefined ? 'registers registers-wide' : 'registers'}>
      {values.map(({ name, value }) => {
        const isChanged = old.size > 0 && old.get(name) !== value;
        const content = (
          <>
            <span>{name}</span>
            <span className="number">{formatAddress(value)}</span>
          </>
        );
        return (
          <li
            key={name}
            className={isChanged ? 'is-changed' : ''}
            title={isChanged ? t('machine.changed') : undefined}
          >
            {onAsk === undefined || name === 'pc' ? (
              <div className="register">{content}</div>
            ) : (
              <button
                type="button"
                className="register"
                aria-label={`${name} ${formatAddress(value)}. ${t('machine.whoWrote', { what: name })}`}
                onClick={() => onAsk({ of: 'register', host: machine.host, register: name })}
              >
                {content}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
