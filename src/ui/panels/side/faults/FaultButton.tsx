// One fault as a button: short in its row, in full for who listens to it or points at it.
import { Button } from 'react-aria-components/Button';
import type { FaultView } from '../../../../worker/frame.ts';
import { useApp, useTexts } from '../../../app/context.tsx';
import { faultName, refusalSentence } from '../../../i18n/sentences.ts';

interface Props {
  fault: FaultView;
  /** Written out instead of the short word. */
  isFull?: boolean;
  /** What is wrong with the command as it is written, instead of why it would change nothing. */
  mistake?: string | undefined;
}

export function FaultButton({ fault, isFull = false, mistake }: Props) {
  const t = useTexts();
  const { session } = useApp();
  const full = faultName(t, fault, 'full');
  const why = mistake ?? (fault.why && refusalSentence(t, fault.why));
  const button = (
    <Button
      className="button"
      aria-label={full}
      isDisabled={why !== undefined}
      onPress={() => void session.command(fault.command)}
    >
      {isFull ? full : faultName(t, fault, 'short')}
    </Button>
  );
  // A disabled button takes no pointer, so that what is around it has to say why.
  return <span title={why === undefined ? full : `${full}: ${why}`}>{button}</span>;
}
