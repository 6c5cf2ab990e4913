// The VM's serial line: what the world has seen it print, and a field to type into it. Only where the guest has one.
import { type FormEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { TYPED_BYTES, typedBytes, writeText } from '../../../../base/typed-text.ts';
import type { ConsoleView } from '../../../../worker/frame.ts';
import { useApp, useFrame, useTexts } from '../../../app/context.tsx';
import './console.css';

export function Console() {
  const console = useFrame((frame) => frame.console);
  return console === null ? null : <Terminal {...console} />;
}

function Terminal({ printed, before, waiting, isOpen }: ConsoleView) {
  const t = useTexts();
  return (
    <section className="console" aria-label={t('console.name')}>
      <h3>{t('console.name')}</h3>
      <Screen printed={printed} before={before} />
      <Keyboard isOpen={isOpen} />
      {waiting > 0 && <p className="quiet">{t('console.waiting', { count: waiting })}</p>}
    </section>
  );
}

/** How near to its end a screen stands at it, in pixels. */
const AT_END = 8;

function Screen({ printed, before }: Pick<ConsoleView, 'printed' | 'before'>) {
  const t = useTexts();
  const screen = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is new comes at the end
  useLayoutEffect(() => {
    // Whoever reads further up stays there.
    if (isAtEnd.current) screen.current?.scrollTo({ top: screen.current.scrollHeight });
  }, [printed]);
  function noteEnd(): void {
    const { current } = screen;
    if (current === null) return;
    isAtEnd.current = current.scrollTop + current.clientHeight >= current.scrollHeight - AT_END;
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <pre ref={screen} role="log" tabIndex={0} aria-label={t('console.printed')} onScroll={noteEnd}>
      {before > 0 && <span className="quiet">{`${t('console.before', { count: before })}\n`}</span>}
      {printed === '' ? <span className="quiet">{t('console.empty')}</span> : printed}
    </pre>
  );
}

/** Enter types the text, with a line break behind it; Shift+Enter, and what is pasted, may have more of them. */
function Keyboard({ isOpen }: Pick<ConsoleView, 'isOpen'>) {
  const t = useTexts();
  const { session } = useApp();
  const [text, setText] = useState('');
  const bytes = typedBytes(`${text}\n`);
  const isTooLong = bytes > TYPED_BYTES;
  function type(event?: FormEvent): void {
    event?.preventDefault();
    if (isTooLong) return;
    void session.command(`type vm ${writeText(`${text}\n`)}`);
    setText('');
  }
  function press(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    type();
  }
  return (
    <>
      <form onSubmit={type} title={isOpen ? undefined : t('console.closed')}>
        <textarea
          aria-label={t('console.input')}
          aria-invalid={isTooLong}
          aria-describedby={isTooLong ? 'console-too-long' : undefined}
          placeholder={t('console.placeholder')}
          value={text}
          rows={Math.min(4, text.split('\n').length)}
          disabled={!isOpen}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={press}
        />
        <Button className="button" type="submit" isDisabled={!isOpen || isTooLong}>
          {t('console.send')}
        </Button>
      </form>
      {isTooLong && (
        <p id="console-too-long" role="alert">
          {t('console.tooLong', { bytes, most: TYPED_BYTES })}
        </p>
      )}
    </>
  );
}
