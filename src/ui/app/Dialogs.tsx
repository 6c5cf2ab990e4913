// The dialog that is open, fetched when it is first opened.
import { lazy, Suspense } from 'react';
import { useView } from './context.tsx';

const DIALOGS = {
  share: lazy(() => import('../panels/share/ShareDialog.tsx')),
  help: lazy(() => import('../panels/help/HelpDialog.tsx')),
  palette: lazy(() => import('../panels/palette/PaletteDialog.tsx')),
  editor: lazy(() => import('../panels/editor/EditorDialog.tsx')),
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
