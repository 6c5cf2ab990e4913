// What a button does, in words beside it, for the pointer and for whoever comes by keyboard.
import type { ReactNode, RefObject } from 'react';
import { Tooltip } from 'react-aria-components/Tooltip';

export default function Tip({ of, children }: { of: RefObject<Element | null>; children: ReactNode }) {
  return (
    <Tooltip className="tooltip" offset={6} triggerRef={of} isOpen>
      {children}
    </Tooltip>
  );
}
