// Something in the picture that can be clicked to see its facts.
import type { ReactNode } from 'react';
import { useApp } from '../app/context.tsx';
import type { Selection } from '../store/view.ts';
import './pick.css';

interface Props {
  what: Selection;
  className?: string;
  label?: string;
  children: ReactNode;
}

export function Pick({ what, className = '', label, children }: Props) {
  const { view } = useApp();
  return (
    <button
      type="button"
      className={`pick ${className}`}
      aria-label={label}
      onClick={() => view.setState({ selection: what, tab: 'inspect' })}
    >
      {children}
    </button>
  );
}
