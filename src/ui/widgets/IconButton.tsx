// A button that is an icon, with its name for the pointer and for screen readers.
import type { LucideIcon } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip';
import './widgets.css';

interface Props {
  icon: LucideIcon;
  label: string;
  shortcut?: string | undefined;
  className?: string;
  isDisabled?: boolean;
  size?: number;
  onPress: () => void;
}

export function IconButton({
  icon: Icon,
  label,
  shortcut,
  className = '',
  isDisabled = false,
  size = 16,
  onPress,
}: Props) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      <Button
        className={`icon-button ${className}`}
        aria-label={label}
        isDisabled={isDisabled}
        onPress={onPress}
        preventFocusOnPress
      >
        <Icon aria-hidden size={size} />
      </Button>
      <Tooltip className="tooltip" offset={6}>
        {label}
        {shortcut !== undefined && <kbd>{shortcut}</kbd>}
      </Tooltip>
    </TooltipTrigger>
  );
}
