// Registers and control registers; pressing one tells who wrote it last.
import type { MachineView } from '../../../worker/time-views.ts';
import { useTexts } from '../../app/context.tsx';
import { formatAddress } from '../../widgets/format.ts';
import { WhyChain } from '../why/Why.tsx';
import { useWriter } from './useWriter.ts';

interface Props {
  machine: MachineView;
}

export function Registers({ machine }: Props) {
  const t = useTexts();
  const { why, ask } = useWriter();
  const old = new Map(machine.before?.registers?.map(({ name, value }) => [name, value]));
  return (
    <>
      {why !== null && <WhyChain {...why} />}
      <ul className="registers">
        {machine.registers?.map(({ name, value, isControl }) => {
          const isChanged = old.size > 0 && old.get(name) !== value;
          const content = (
            <>
              <span>{name}</span>
              <span className="number">{formatAddress(value)}</span>
            </>
          );
          const title = isChanged ? t('machine.changed') : undefined;
          return (
            <li key={name} className={isChanged ? 'is-changed' : ''} title={title}>
              {isControl || name === 'pc' ? (
                <div className="register">{content}</div>
              ) : (
                <button
                  type="button"
                  className="register"
                  aria-label={`${name} ${formatAddress(value)}. ${t('machine.whoWrote', { what: name })}`}
                  onClick={() => ask({ of: 'register', host: machine.host, register: name })}
                >
                  {content}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}
