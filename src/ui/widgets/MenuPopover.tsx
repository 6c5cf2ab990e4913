// The menu of a button, over the page.
import type { RefObject } from 'react';
import { Menu, MenuItem } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import type { MenuProps } from './MenuButton.tsx';

interface Props extends MenuProps {
  trigger: RefObject<HTMLElement | null>;
  onClose: () => void;
}

export default function MenuPopover({
  name,
  entries,
  selected,
  placement,
  trigger,
  onAction,
  onClose,
}: Props) {
  return (
    <Popover
      className="popover"
      placement={placement}
      triggerRef={trigger}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      <Menu
        className="menu"
        aria-label={name}
        autoFocus="first"
        {...(selected === undefined ? {} : { selectionMode: 'single', selectedKeys: [selected] })}
        onAction={onAction}
        onClose={onClose}
      >
        {entries.map(({ id, text, shortcut, note }) => (
          <MenuItem key={id} id={id} className="menu-item" textValue={text}>
            {text}
            {shortcut !== undefined && <kbd>{shortcut}</kbd>}
            {note !== undefined && <small className="quiet">{note}</small>}
          </MenuItem>
        ))}
      </Menu>
    </Popover>
  );
}
