// The flip of a bit of a machine's memory: which one is written beside its button.
import { useState } from 'react';
import { hex } from '../../../../base/hex.ts';
import type { FaultView } from '../../../../worker/frame.ts';
import { useFrame, useTexts } from '../../../app/context.tsx';
import { FaultButton } from './FaultButton.tsx';
import { FaultGroup, groupName, type OwnGroups } from './FaultRow.tsx';
import { BIT, flipAt } from './faults.ts';

/** Of a program without data of its own: somewhere in RAM. */
const SOMEWHERE = 0x80001000;

/** How the row of a computer shows what can happen to its memory. */
export const flipOf = (name: string): OwnGroups => ({
  memory: ({ group, faults: [flip] }) => flip && <Flip key={group} name={name} group={group} flip={flip} />,
});

function Flip({ name, group, flip }: { name: string; group: string; flip: FaultView }) {
  const t = useTexts();
  const address = useFrame(({ dataAddresses }) => dataAddresses?.[flip.target] ?? SOMEWHERE);
  const [typed, setPlace] = useState<string | null>(null);
  const place = typed ?? `${hex(address)}.0`;
  return (
    <FaultGroup name={groupName(t, group)}>
      <input
        className="fault-input"
        aria-label={t('fault.bit', { name })}
        value={place}
        size={13}
        spellCheck={false}
        onChange={(event) => setPlace(event.target.value.trim())}
      />
      <FaultButton fault={flipAt(flip, place)} mistake={BIT.test(place) ? undefined : t('fault.notABit')} />
    </FaultGroup>
  );
}
