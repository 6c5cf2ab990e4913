// The clients and the switch: what each asked and was told, and where the switch sends what is for the VM.
import type { ClientView } from '../../../../worker/frame.ts';
import { useFrame, useTexts } from '../../../app/context.tsx';
import { clientName } from '../../../i18n/sentences.ts';
import { formatWait } from '../../../widgets/format.ts';
import { Pick } from '../../../widgets/Pick.tsx';
import { OpenMachine } from '../machine/OpenMachine.tsx';
import './clients.css';

export function Clients() {
  const t = useTexts();
  const ids = useFrame(({ clients }) => clients.map(({ id }) => id));
  const middle = Math.ceil(ids.length / 2);
  return (
    <section className="clients" aria-label={t('clients.name')}>
      {ids.slice(0, middle).map((id, i) => (
        <Client key={id} index={i} />
      ))}
      <Switch />
      {ids.slice(middle).map((id, i) => (
        <Client key={id} index={middle + i} />
      ))}
    </section>
  );
}

function Switch() {
  const t = useTexts();
  const vmAt = useFrame((frame) => frame.vmAt);
  return (
    <div className="switch" data-anchor="switch">
      <Pick what={{ kind: 'switch' }}>{t('clients.switch')}</Pick>
      <span className="visually-hidden switch-mac">
        {vmAt === null ? t('clients.macNowhere') : t('clients.macBehind', { host: vmAt })}
      </span>
    </div>
  );
}

function Client({ index }: { index: number }) {
  const t = useTexts();
  const { id, state, answer, wait, retry, tries, trouble, slowed, done } = useFrame(({ clients, time }) =>
    summary(clients[index]!, time),
  );
  // Of a machine that does not simply run there is no room to tell more.
  const isTold = trouble === null && slowed === null;
  return (
    <article
      className={`client client-${state}${trouble === null ? '' : ` client-${trouble}`}`}
      data-anchor={id}
    >
      <i className="client-dot" aria-hidden="true" />
      <Pick className="client-name" what={{ kind: 'client', client: id }}>
        {clientName(t, id)}
      </Pick>
      <span className="client-got">
        {answer === undefined ? t('clients.gotNothing') : t('clients.got', { value: answer })}
      </span>
      <span className="client-state">
        {trouble !== null && <em className="client-trouble">{t(`machine.state.${trouble}`)}</em>}
        {trouble === null && slowed !== null && (
          <em className="client-trouble">{t('machine.slowed', { percent: slowed })}</em>
        )}
        {isTold &&
          wait !== null &&
          (retry === null ? t('clients.waiting', { wait }) : t('clients.asksAgain', { retry }))}
        {isTold && wait !== null && tries > 1 && (
          <em className="client-tries">{t('clients.tries', { tries })}</em>
        )}
        {isTold && wait === null && t(`clients.${state === 'done' ? done : 'thinking'}`)}
      </span>
      <OpenMachine id={id} />
    </article>
  );
}

/** A wait longer than this is out of the ordinary, in ns: then it matters when the client asks again. */
const LONG_WAIT = 3_000_000;

/** What a client's box says. */
function summary(
  { id, state, request, lastAnswer, answered, trouble, cpuPercent }: ClientView,
  time: number,
) {
  const isWaiting = state === 'waiting' && request !== undefined;
  const isLong = isWaiting && time - request.sentAt > LONG_WAIT && request.retryAt > time;
  return {
    id,
    state,
    answer: lastAnswer?.value,
    wait: isWaiting ? formatWait(time - request.sentAt) : null,
    retry: isLong ? formatWait(request.retryAt - time) : null,
    tries: request?.tries ?? 0,
    trouble,
    // A program of somebody's own may sleep for ever without a word.
    done: answered === 0 ? ('asksNothing' as const) : ('done' as const),
    slowed: cpuPercent < 100 ? Math.round(cpuPercent) : null,
  };
}
