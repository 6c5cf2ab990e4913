// What is typed to find one of many: Esc takes it away first, and with nothing typed whatever it stands in.
import { type KeyboardEvent, useState } from 'react';

export function useQuery(close: () => void): {
  query: string;
  setQuery: (query: string) => void;
  onEscape: (event: KeyboardEvent) => void;
} {
  const [query, setQuery] = useState('');
  function onEscape(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    if (query === '') close();
    else setQuery('');
  }
  return { query, setQuery, onEscape };
}
