// The first thing on screen: the link in the address, paused at its cursor, or the counter, running.
import type { Session } from '../store/session.ts';
import { linkInAddress } from './address.ts';

/** Opens the run that the address asks for. A link that is refused leaves its message, and the counter runs. */
export async function openFirst(session: Session, hash: string): Promise<void> {
  const link = linkInAddress(hash);
  if (link === '') {
    await session.open({ builtin: 'counter' }, true);
    return;
  }
  if (await session.open({ link }, false)) return;
  const { notice } = session.store.getState();
  await session.open({ builtin: 'counter' }, true);
  if (notice !== null) session.store.setState({ notice: { ...notice, isCounterInstead: true } });
}
