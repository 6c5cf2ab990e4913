// What a branch is called where people read it.
import type { BranchView } from '../../../../worker/frame.ts';
import type { Tell } from '../../../i18n/tell.ts';

/** The first has no name until somebody gives it one. */
export const branchName = (t: Tell, { name }: Pick<BranchView, 'name'>): string =>
  name === '' ? t('branches.first') : name;
