// One failure as a button: short in its row, in full for who listens to it or points at it.
import { Button } from 'react-aria-components/Button';
import { useApp, useTexts } from '../../../app/context.tsx';
import { faultName } from '../../../i18n/sentences.ts';
import type { Fault } from './faults.ts';

interface Props {
  fault: Fault;
  /** Written out instead of the short word. */
  isFull?: boolean;
  className?: string;
}

export function FaultButton({ fault, isFull = false, className = '' }: Props) {
  const t = useTexts();
  const { session } = useApp();
  const full = faultName(t, fault, 'full');
  const button = (
    <Button
      className={`button ${className}`}
      aria-label={full}
      isDisabled={fault.why !== undefined}
      onPress={() => void session.command(fault.command)}
    >
      {isFull ? full : faultName(t, fault, 'short')}
    </Button>
  );
  // A disabled button takes no pointer, so that what is around it has to say why.
  return (
    <span title={fault.why === undefined ? full : `${full}: ${t(`fault.why.${fault.why}`)}`}>{button}</span>
  );
}
