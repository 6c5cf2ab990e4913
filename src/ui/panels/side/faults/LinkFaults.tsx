// What can happen to the cables: all of a kind, and those of each host and client.
import { useFrame, useTexts } from '../../../app/context.tsx';
import { linkName, type Translate } from '../../../i18n/sentences.ts';
import { formatDuration, formatPercent } from '../../../widgets/format.ts';
import { type CableState, isTroubled, stateOf } from '../../model/targets.ts';
import { FaultRow } from './FaultRow.tsx';
import { linkTargets } from './faults.ts';

export function LinkFaults() {
  const t = useTexts();
  const { all, hosts, clients } = useFrame(linkTargets);
  const ids = useFrame((frame) => frame.hosts.map(({ id }) => id));
  return (
    <section>
      <h3>{t('faults.links')}</h3>
      <Rows targets={all} />
      {hosts.map((targets, i) => (
        <More key={ids[i]} name={t('faults.linksOfHost', { host: ids[i] ?? '' })} targets={targets} />
      ))}
      {clients.length > 0 && <More name={t('faults.linksOfClients')} targets={clients} />}
    </section>
  );
}

/** Rows that are put away until somebody wants them; in trouble they say so. */
function More({ name, targets }: { name: string; targets: string[] }) {
  const t = useTexts();
  const hasTrouble = useFrame(({ links }) => targets.some((target) => isTroubled(links, target)));
  return (
    <details className="fault-details">
      <summary>
        {name}
        {hasTrouble && <span className="fault-trouble">{t('faults.trouble')}</span>}
      </summary>
      <Rows targets={targets} />
    </details>
  );
}

function Rows({ targets }: { targets: string[] }) {
  return (
    <ul>
      {targets.map((target) => (
        <LinkRow key={target} target={target} />
      ))}
    </ul>
  );
}

function LinkRow({ target }: { target: string }) {
  const t = useTexts();
  const { state, hasTrouble } = useFrame((frame) => ({
    state: stateOf(frame.links, target),
    hasTrouble: isTroubled(frame.links, target),
  }));
  const told = troubles(t, state);
  return (
    <FaultRow
      name={linkName(t, target)}
      state={told !== '' ? told : t(hasTrouble ? 'faults.trouble' : 'faults.works')}
      isTroubled={hasTrouble}
      targets={[target]}
    />
  );
}

/** What is wrong with all of a target, in a few words. */
function troubles(
  t: Translate,
  { isInCut, isOutCut, loss, duplication, reordering, delayNs }: CableState,
): string {
  const parts: string[] = [];
  if (isInCut && isOutCut) parts.push(t('faults.isCut'));
  else if (isInCut || isOutCut) parts.push(t(isInCut ? 'faults.inCut' : 'faults.outCut'));
  for (const [name, ppm] of Object.entries({ loss, duplication, reordering } as const))
    if (ppm > 0) parts.push(t(`narration:impaired.${name as 'loss'}`, { percent: formatPercent(ppm) }));
  if (delayNs > 0) parts.push(`+${formatDuration(delayNs)}`);
  return parts.join(' · ');
}
