// A thing that can fail: its name, how it is, the commonest failure, and the others behind a button.
import { Ellipsis } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Popover } from 'react-aria-components/Popover';
import { useTexts } from '../../../app/context.tsx';
import { FaultButton } from './FaultButton.tsx';
import type { Fault } from './faults.ts';

interface Props {
  name: string;
  state: string;
  isTroubled?: boolean;
  /** The failure at hand. */
  first: Fault;
  isFull?: boolean;
  /** The others, when there are any. */
  children?: ReactNode;
}

export function FaultRow({ name, state, isTroubled = false, first, isFull = false, children }: Props) {
  const t = useTexts();
  const more = t('fault.moreOf', { name });
  return (
    <li className="fault-row">
      <span className="fault-name">{name}</span>
      <span className={isTroubled ? 'cut' : 'quiet'}>{state}</span>
      <div className="fault-buttons">
        <FaultButton fault={first} isFull={isFull} />
        {children !== undefined && (
          <DialogTrigger>
            <Button className="button fault-more" aria-label={more}>
              <Ellipsis aria-hidden size={15} />
            </Button>
            <Popover className="popover fault-popover" placement="bottom end">
              <Dialog className="fault-dialog" aria-label={more}>
                <h4>{name}</h4>
                {children}
              </Dialog>
            </Popover>
          </DialogTrigger>
        )}
      </div>
    </li>
  );
}

/** Failures of one sort in a row with their name. */
export function FaultGroup({
  name,
  faults,
  children,
}: {
  name: string;
  faults: Fault[];
  children?: ReactNode;
}) {
  if (faults.length === 0 && children === undefined) return null;
  return (
    <fieldset className="fault-group">
      <legend>{name}</legend>
      <div>
        {children}
        {faults.map((fault) => (
          <FaultButton key={fault.command} fault={fault} />
        ))}
      </div>
    </fieldset>
  );
}
