// A button with a menu. The menu's own code is fetched when somebody is about to open it.
import { type ComponentProps, lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { Placement } from 'react-aria-components/Popover';

const load = () => import('./MenuPopover.tsx');
const MenuPopover = lazy(load);

export interface MenuEntry {
  id: string | number;
  text: string;
  /** A key, or a word in small type, at the end of the line. */
  shortcut?: string | undefined;
  note?: string | undefined;
}

export interface MenuProps {
  /** What the menu is called. */
  name: string;
  entries: readonly MenuEntry[];
  /** The one that is in force. */
  selected?: string | number;
  placement: Placement;
  onAction: (id: string | number) => void;
}

interface Props extends MenuProps {
  className: string;
  /** Of the button, where it is not what is written on it. */
  label?: string | undefined;
  children: ReactNode;
}

export function MenuButton({ className, label, children, ...menu }: Props) {
  const { props, popover } = useLater(
    (close, trigger) => <MenuPopover {...menu} trigger={trigger} onClose={close} />,
    load,
    'menu',
  );
  return (
    <>
      <Button {...props} className={className} {...(label === undefined ? {} : { 'aria-label': label })}>
        {children}
      </Button>
      {popover}
    </>
  );
}

type ButtonProps = ComponentProps<typeof Button>;

/** Props for a button that opens something that is fetched when it is wanted, and that something once it is open. */
export function useLater(
  open: (close: () => void, trigger: React.RefObject<HTMLButtonElement | null>) => ReactNode,
  fetch: () => Promise<unknown>,
  kind: 'menu' | 'dialog',
): { props: ButtonProps; popover: ReactNode } {
  const trigger = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const prefetch = () => void fetch();
  const props: ButtonProps = {
    ref: trigger,
    'aria-haspopup': kind,
    'aria-expanded': isOpen,
    onHoverStart: prefetch,
    onFocus: prefetch,
    onPress: () => setOpen(true),
    onKeyDown: (event) => {
      if (kind === 'menu' && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) setOpen(true);
      else event.continuePropagation();
    },
  };
  const popover = isOpen && <Suspense fallback={null}>{open(() => setOpen(false), trigger)}</Suspense>;
  return { props, popover };
}
