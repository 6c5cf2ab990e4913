// The dialog that is open, fetched when it is first opened.
import { lazy, Suspense } from 'react';
import { useView } from './context.tsx';

const DIALOGS = {
  share: lazy(() => import('../panels/dialogs/share/ShareDialog.tsx')),
  help: lazy(() => import('../panels/dialogs/help/HelpDialog.tsx')),
  palette: lazy(() => import('../panels/dialogs/palette/PaletteDialog.tsx')),
  editor: lazy(() => import('../panels/dialogs/editor/EditorDialog.tsx')),
};

export function Dialogs() {
  const name = useView((state) => state.dialog);
  if (name === null) return null;
  const Open = DIALOGS[name];
  return (
    <Suspense fallback={null}>
      <Open />
    </Suspense>
  );
}
