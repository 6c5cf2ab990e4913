// The guest's program, to be read, changed and run: a drawer over the page.
import { useEffect, useState } from 'react';
import type { GuestText } from '../../../worker/protocol.ts';
import { useApp } from '../../app/context.tsx';
import { Drawer } from './Drawer.tsx';
import { GuestEditor } from './GuestEditor.tsx';
import './editor.css';

export default function EditorDialog() {
  const { session } = useApp();
  const [guest, setGuest] = useState<GuestText | null>(null);
  useEffect(() => {
    let isOpen = true;
    void session.ask({ kind: 'guest' }).then((answer) => {
      if (isOpen && answer?.kind === 'guest') setGuest(answer.guest);
    });
    return () => {
      isOpen = false;
    };
  }, [session]);
  return <Drawer>{guest !== null && <GuestEditor guest={guest} />}</Drawer>;
}
