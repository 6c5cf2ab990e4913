// What a branch is called where people read it.
import type { BranchView } from '../../../../worker/frame.ts';
import type { Translate } from '../../../i18n/sentences.ts';

/** The first has no name until somebody gives it one. */
export const branchName = (t: Translate, { name }: Pick<BranchView, 'name'>): string =>
  name === '' ? t('branches.first') : name;
