// Whose program is in the editor, as breakpoints and drafts call it, and people.
import type { ProgramText } from '../../../../worker/protocol.ts';
import { endName, type Translate } from '../../../i18n/sentences.ts';

/** The computer of a breakpoint in it; the VM's are the acting machine's, and name none. */
export const hostOf = ({ of }: Pick<ProgramText, 'of'>): string | null => (of === 'vm' ? null : of);

/** What a draft is kept under: each guest has its own, each client, and the disk. */
export const draftOf = ({ of, builtInName }: Pick<ProgramText, 'of' | 'builtInName'>): string =>
  of === 'vm' ? builtInName : of;

/** The branch in which it was edited, or, with `isBuiltIn`, is the built-in one again. */
export function branchOf(
  t: Translate,
  { of, builtInName }: Pick<ProgramText, 'of' | 'builtInName'>,
  isBuiltIn: boolean,
): string {
  if (of === 'vm') return isBuiltIn ? builtInName : t('branches.edited', { program: builtInName });
  return t(isBuiltIn ? 'branches.builtIn' : 'branches.edited', { program: endName(t, of) });
}
