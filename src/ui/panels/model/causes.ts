// What mcause says, in words.
import type { Translate } from '../../i18n/sentences.ts';

const EXCEPTIONS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 11] as const;
const INTERRUPTS = [3, 7, 11] as const;

/** The interrupt or exception that a cause (privileged specification, table 14) stands for. */
export function nameOfCause(t: Translate, cause: number): string {
  const number = cause & 0x7fff_ffff;
  if (!isInterrupt(cause)) {
    const known = EXCEPTIONS.find((each) => each === number);
    return t('cause.trap', { name: known === undefined ? `${number}` : t(`cause.exception${known}`) });
  }
  const known = INTERRUPTS.find((each) => each === number);
  return t('cause.interrupt', { name: known === undefined ? `${number}` : t(`cause.interrupt${known}`) });
}

/** Whether mcause tells of an interrupt: it came before an instruction, and none is to blame. */
export const isInterrupt = (cause: number): boolean => (cause & 0x7fff_ffff) !== cause;
