// The guest's program, to be read, changed and run: a drawer over the page.
import { useEffect, useState } from 'react';
import type { Answer } from '../../../../worker/protocol.ts';
import { useApp } from '../../../app/context.tsx';
import { Drawer } from './Drawer.tsx';
import { GuestEditor } from './GuestEditor.tsx';
import './editor.css';

export default function EditorDialog() {
  const { session } = useApp();
  const [answer, setAnswer] = useState<Answer | null>(null);
  useEffect(() => {
    let isOpen = true;
    void session.ask({ kind: 'guest' }).then((found) => isOpen && setAnswer(found));
    return () => {
      isOpen = false;
    };
  }, [session]);
  return (
    <Drawer>
      {answer?.kind === 'guest' && <GuestEditor guest={answer.guest} />}
      {answer?.kind === 'refused' && <p className="editor-banner editor-banner-bad">{answer.message}</p>}
    </Drawer>
  );
}
