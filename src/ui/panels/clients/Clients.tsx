// The clients and the switch: what each asked and was told, and where the switch sends what is for the VM.
import { Fragment } from 'react';
import type { ClientView } from '../../../worker/frame.ts';
import { useFrame, useTexts } from '../../app/context.tsx';
import { clientName } from '../../i18n/tell.ts';
import { formatWait } from '../../widgets/format.ts';
import { Pick } from '../../widgets/Pick.tsx';
import './clients.css';

export function Clients() {
  const t = useTexts();
  const { clients, vmAt } = useFrame();
  const middle = Math.ceil(clients.length / 2);
  return (
    <section className="clients" aria-label={t('clients.name')}>
      {clients.map((client, i) => (
        <Fragment key={client.id}>
          {i === middle && <Switch vmAt={vmAt} />}
          <Client client={client} />
        </Fragment>
      ))}
      {clients.length <= middle && <Switch vmAt={vmAt} />}
    </section>
  );
}

function Switch({ vmAt }: { vmAt: string | null }) {
  const t = useTexts();
  return (
    <div className="switch" data-anchor="switch">
      <Pick what={{ kind: 'switch' }}>{t('clients.switch')}</Pick>
      <span className="visually-hidden">
        {vmAt === null ? t('clients.macNowhere') : t('clients.macBehind', { host: vmAt })}
      </span>
    </div>
  );
}

function Client({ client }: { client: ClientView }) {
  const t = useTexts();
  const { time } = useFrame();
  const { id, state, request, lastAnswer } = client;
  const isWaiting = state === 'waiting' && request !== undefined;
  return (
    <article className={`client client-${state}`} data-anchor={id}>
      <i className="client-dot" aria-hidden="true" />
      <Pick className="client-name" what={{ kind: 'client', client: id }}>
        {clientName(t, id)}
      </Pick>
      <span className="client-got">
        {lastAnswer === undefined ? t('clients.gotNothing') : t('clients.got', { value: lastAnswer.value })}
      </span>
      <span className="client-state">
        {isWaiting && t('clients.waiting', { wait: formatWait(time - request.sentAt) })}
        {isWaiting && request.tries > 1 && (
          <em className="client-tries">{t('clients.tries', { tries: request.tries })}</em>
        )}
        {!isWaiting && t(state === 'done' ? 'clients.done' : 'clients.thinking')}
      </span>
    </article>
  );
}
