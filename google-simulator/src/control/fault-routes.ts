import type { FastifyInstance } from 'fastify';
import { type Fault, faults, type MessageFault, messageFaults, notificationFaults } from '../faults.ts';
import type { Simulator } from '../simulator.ts';
import { applyOauthFault } from './oauth-faults.ts';
import { post } from './post.ts';

const defaultFault = {
  account: '*',
  method: '*',
  times: 1,
  probability: 1,
  retryAfterSeconds: 1,
  delayMs: 1_000,
};

/** Setting and clearing faults, and the hooks through which they take effect outside the Gmail API. */
export function faultRoutes(app: FastifyInstance, simulator: Simulator): void {
  app.get('/control/faults', () => ({ faults: faults(simulator) }));
  post<Partial<Fault> & { kind: Fault['kind'] }>(app, '/faults', (fault) => {
    faults(simulator).push({ ...defaultFault, ...fault });
  });
  app.delete('/control/faults', () => {
    faults(simulator).splice(0);
    notificationFaults(simulator).splice(0);
    return { done: true };
  });
  messageFaultRoutes(app, simulator);
  post<{ account?: string; copies?: number; delayMs?: number }>(app, '/notifications', (fault) => {
    notificationFaults(simulator).push({ account: '*', copies: 1, delayMs: 0, ...fault });
  });

  simulator.hooks.notification = (account) =>
    notificationFaults(simulator).find((one) => one.account === '*' || one.account === account) ?? {
      copies: 1,
      delayMs: 0,
    };
  simulator.hooks.oauth = (method, _request, reply) => applyOauthFault(simulator, method, reply);
}

/** Faults of single messages, which last until removed unless `times` is given. */
function messageFaultRoutes(app: FastifyInstance, simulator: Simulator): void {
  app.get('/control/message-faults', () => ({ faults: messageFaults(simulator) }));
  post<Partial<Fault> & Pick<MessageFault, 'kind' | 'message'>>(app, '/message-faults', (fault) => {
    messageFaults(simulator).push({ ...defaultFault, times: null, ...fault });
  });
  /** `?message=`: only the faults of that message. */
  app.delete<{ Querystring: { message?: string } }>('/control/message-faults', ({ query }) => {
    const list = messageFaults(simulator);
    const kept = query.message ? list.filter(({ message }) => message !== query.message) : [];
    list.splice(0, list.length, ...kept);
    return { done: true };
  });
}
