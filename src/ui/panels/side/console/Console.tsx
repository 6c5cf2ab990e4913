// The VM's serial line: what the world has seen it print, and a field to type into it. Only where the guest has one.
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { writeText } from '../../../../base/typed-text.ts';
import { useApp, useFrame, useTexts } from '../../../app/context.tsx';
import './console.css';

export function Console() {
  const console = useFrame((frame) => frame.console);
  return console === null ? null : <Terminal {...console} />;
}

function Terminal({ printed, isOpen }: { printed: string; isOpen: boolean }) {
  const t = useTexts();
  const { session } = useApp();
  const [text, setText] = useState('');
  const screen = useRef<HTMLPreElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is new comes at the end
  useEffect(() => {
    screen.current?.scrollTo({ top: screen.current.scrollHeight });
  }, [printed]);
  function type(event: FormEvent): void {
    event.preventDefault();
    void session.command(`type vm ${writeText(`${text}\n`)}`);
    setText('');
  }
  return (
    <section className="console" aria-label={t('console.name')}>
      <h3>{t('console.name')}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <pre ref={screen} role="log" tabIndex={0} aria-label={t('console.printed')}>
        {printed === '' ? <span className="quiet">{t('console.empty')}</span> : printed}
      </pre>
      <form onSubmit={type} title={isOpen ? undefined : t('console.closed')}>
        <input
          aria-label={t('console.input')}
          placeholder={t('console.placeholder')}
          value={text}
          maxLength={60}
          disabled={!isOpen}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
        <Button className="button" type="submit" isDisabled={!isOpen}>
          {t('console.send')}
        </Button>
      </form>
    </section>
  );
}
