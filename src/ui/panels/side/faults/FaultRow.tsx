// A thing that can fail: its name, how it is, the commonest failure, and the others behind a button.
import { Ellipsis } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Popover } from 'react-aria-components/Popover';
import { useFrame, useTexts } from '../../../app/context.tsx';
import { type Translate, textOf } from '../../../i18n/sentences.ts';
import { FaultButton } from './FaultButton.tsx';
import { type FaultGroupView, faultRow } from './faults.ts';

/** Groups that are shown in a way of their own. */
export type OwnGroups = Readonly<Record<string, (group: FaultGroupView) => ReactNode>>;

interface Props {
  name: string;
  state: string;
  isTroubled?: boolean;
  /** What commands call it. */
  targets: string[];
  isFull?: boolean;
  own?: OwnGroups;
}

export function FaultRow({ name, state, isTroubled = false, targets, isFull = false, own = {} }: Props) {
  const t = useTexts();
  const { first, groups } = useFrame((frame) => faultRow(frame, ...targets));
  const more = t('fault.moreOf', { name });
  const hasMore = groups.length > 1 || (groups[0]?.faults.length ?? 0) > 1;
  return (
    <li className="fault-row">
      <span className="fault-name">{name}</span>
      <span className={isTroubled ? 'cut' : 'quiet'}>{state}</span>
      <div className="fault-buttons">
        {first !== undefined && <FaultButton fault={first} isFull={isFull} />}
        {hasMore && (
          <DialogTrigger>
            <Button className="button fault-more" aria-label={more}>
              <Ellipsis aria-hidden size={15} />
            </Button>
            <Popover className="popover fault-popover" placement="bottom end">
              <Dialog className="fault-dialog" aria-label={more}>
                <h4>{name}</h4>
                {groups.map((each) => own[each.group]?.(each) ?? <Group key={each.group} {...each} />)}
              </Dialog>
            </Popover>
          </DialogTrigger>
        )}
      </div>
    </li>
  );
}

function Group({ group, faults }: FaultGroupView) {
  const t = useTexts();
  return (
    <FaultGroup name={groupName(t, group)}>
      {faults.map((fault) => (
        <FaultButton key={fault.command} fault={fault} />
      ))}
    </FaultGroup>
  );
}

export const groupName = (t: Translate, group: string): string => textOf(t, `fault.row.${group}`) ?? group;

/** Failures of one sort in a row with their name. */
export function FaultGroup({ name, children }: { name: string; children: ReactNode }) {
  return (
    <fieldset className="fault-group">
      <legend>{name}</legend>
      <div>{children}</div>
    </fieldset>
  );
}
