// A button that is an icon, with its name for the pointer and for screen readers.
import type { LucideIcon } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import './widgets.css';

const load = () => import('./Tip.tsx');
const Tip = lazy(load);

/** How long a pointer rests on a button before it is told what it does. */
const DELAY_MS = 500;

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
  const button = useRef<HTMLButtonElement>(null);
  const [isTold, setTold] = useState(false);
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  function tell(afterMs: number): void {
    void load();
    clearTimeout(waiting.current);
    waiting.current = setTimeout(() => setTold(true), afterMs);
  }
  function hush(): void {
    clearTimeout(waiting.current);
    setTold(false);
  }
  useEffect(() => () => clearTimeout(waiting.current), []);
  return (
    <>
      <Button
        ref={button}
        className={`icon-button ${className}`}
        aria-label={label}
        isDisabled={isDisabled}
        onHoverStart={() => tell(DELAY_MS)}
        onHoverEnd={hush}
        onFocus={({ target }) => target.matches(':focus-visible') && tell(0)}
        onBlur={hush}
        onPressStart={hush}
        onPress={onPress}
        preventFocusOnPress
      >
        <Icon aria-hidden size={size} />
      </Button>
      {isTold && !isDisabled && (
        <Suspense fallback={null}>
          <Tip of={button}>
            {label}
            {shortcut !== undefined && <kbd>{shortcut}</kbd>}
          </Tip>
        </Suspense>
      )}
    </>
  );
}
