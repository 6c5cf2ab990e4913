// A program, to be read, changed and run, and the choice of whose: a drawer over the page.
import { useEffect, useState } from 'react';
import type { Answer } from '../../../../worker/protocol.ts';
import { useApp, useView } from '../../../app/context.tsx';
import { Drawer } from './Drawer.tsx';
import { ProgramEditor } from './ProgramEditor.tsx';
import { WhoseProgram } from './WhoseProgram.tsx';
import './editor.css';

export default function EditorDialog() {
  const { session, view } = useApp();
  const edited = useView((state) => state.edited);
  const [answer, setAnswer] = useState<Answer | null>(null);
  // Whoever chooses goes on choosing: the text that comes does not take the focus.
  const [hasChosen, setHasChosen] = useState(false);
  useEffect(() => {
    let isWanted = true;
    void session.ask({ kind: 'programText', of: edited }).then((found) => {
      if (!isWanted) return;
      setAnswer(found);
      // In another scenario there may be fewer clients.
      if (found?.kind === 'programText') view.setState({ edited: found.text.of });
    });
    return () => {
      isWanted = false;
    };
  }, [session, view, edited]);
  function choose(of: string): void {
    setHasChosen(true);
    view.setState({ edited: of });
  }
  const text = answer?.kind === 'programText' ? answer.text : null;
  return (
    <Drawer head={<WhoseProgram of={edited} carriedBy={text?.carriedBy ?? []} onChoose={choose} />}>
      {text?.of === edited && <ProgramEditor key={edited} program={text} takesFocus={!hasChosen} />}
      {answer?.kind === 'refused' && <p className="editor-banner editor-banner-bad">{answer.message}</p>}
    </Drawer>
  );
}
