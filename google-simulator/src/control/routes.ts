import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { setAccount, setDomain } from '../accounts.ts';
import { type Fault, faults, notificationFaults, takeFault } from '../faults.ts';
import { sendCaptivePortal, sendError, unavailable } from '../gmail/errors.ts';
import { deliver } from '../mail/deliver.ts';
import { readLedger } from '../mail/ledger.ts';
import { formatHistoryId, historyIdOf } from '../mail/mailbox.ts';
import { setSendAs } from '../mail/send-as.ts';
import { setSendingLimit } from '../mail/sending-limit.ts';
import { quota } from '../quota.ts';
import type { Simulator } from '../simulator.ts';

/** The control API for tests and demonstrations; README.md describes each path. */
export function registerControl(app: FastifyInstance, simulator: Simulator, stateDirectory: string): void {
  const { store, clock } = simulator;
  const post = <Body>(path: string, work: (body: Body) => unknown) =>
    app.post(
      `/control${path}`,
      async (request) => (await work((request.body ?? {}) as Body)) ?? { done: true },
    );

  /** Identifies a running simulator, so that a start script can reuse it. */
  app.get('/control/identity', () => ({ simulator: 'postroom-google-simulator', stateDirectory }));
  app.get('/control/ledger', (request) => ({
    entries: readLedger(simulator, Number((request.query as { after?: string }).after ?? 0)),
  }));
  app.get('/control/mailboxes/:account', (request) => {
    const { account } = request.params as { account: string };
    return {
      historyId: formatHistoryId(historyIdOf(simulator, account)),
      unitsSpent: quota(simulator).spent(account),
      messages: store.get<{ n: number }>('SELECT count(*) AS n FROM messages WHERE account = ?', account)!.n,
    };
  });
  /** All messages of a mailbox, including spam and trash, oldest first; without their text. */
  app.get('/control/mailboxes/:account/messages', (request) => {
    const { account } = request.params as { account: string };
    return {
      messages: store
        .all(
          `SELECT id, thread_id AS threadId, internal_date AS internalDate, rfc_message_id AS rfcMessageId, subject,
           (SELECT json_group_array(label) FROM labels l WHERE l.account = m.account AND l.id = m.id) AS labels
         FROM messages m WHERE account = ? ORDER BY internal_date, id`,
          account,
        )
        .map((row) => ({ ...(row as object), labels: JSON.parse((row as { labels: string }).labels) })),
    };
  });
  post<{ advanceMs: number }>('/clock', ({ advanceMs }) => {
    clock.advance(advanceMs);
    return { now: new Date(clock.now()).toISOString() };
  });
  app.get('/control/faults', () => ({ faults: faults(simulator) }));
  post<Partial<Fault> & { kind: Fault['kind'] }>('/faults', (fault) => {
    faults(simulator).push({
      account: '*',
      method: '*',
      times: 1,
      probability: 1,
      retryAfterSeconds: 1,
      delayMs: 1_000,
      ...fault,
    });
  });
  app.delete('/control/faults', () => {
    faults(simulator).splice(0);
    notificationFaults(simulator).splice(0);
    return { done: true };
  });
  post<{ account?: string; copies?: number; delayMs?: number }>('/notifications', (fault) => {
    notificationFaults(simulator).push({ account: '*', copies: 1, delayMs: 0, ...fault });
  });
  post<{ account: string }>('/expire-history', ({ account }) => {
    store.run(
      'UPDATE mailboxes SET history_from = ? WHERE account = ?',
      historyIdOf(simulator, account),
      account,
    );
    store.run('DELETE FROM history WHERE account = ?', account);
  });
  post<{ perMinute: number | null }>('/quota', ({ perMinute }) => quota(simulator).setPerMinute(perMinute));
  post<{ account: string; perDay: number | null }>('/sending-limit', ({ account, perDay }) =>
    setSendingLimit(simulator, account, perDay),
  );
  post<{ account: string; marksSpam: boolean }>('/spam', ({ account, marksSpam }) => {
    historyIdOf(simulator, account);
    store.run('UPDATE mailboxes SET marks_spam = ? WHERE account = ?', marksSpam ? 1 : 0, account);
  });
  post<{ account: string; email: string; name: string; status: 'accepted' | 'pending' }>(
    '/send-as',
    (sendAs) => setSendAs(simulator, sendAs.account, sendAs),
  );
  post<{
    email: string;
    disabled?: boolean;
    mailOff?: boolean;
    signsInAs?: string | null;
    deleted?: true;
  }>('/accounts', ({ email, ...change }) => setAccount(store, clock, email, change));
  post<{ name: string; blocksApps?: boolean; sendingLimit?: 'trial' | 'paid' }>(
    '/domains',
    ({ name, ...change }) => setDomain(store, name, change),
  );
  /** Delivers a message from an outside domain; its bytes as base64. */
  post<{ from: string; to: string[]; raw: string }>('/deliver', ({ from, to, raw }) =>
    deliver(simulator, { sender: from, recipients: to, raw: Buffer.from(raw, 'base64') }),
  );

  simulator.hooks.notification = (account) =>
    notificationFaults(simulator).find((one) => one.account === '*' || one.account === account) ?? {
      copies: 1,
      delayMs: 0,
    };
  simulator.hooks.oauth = async (method, _request, reply) => {
    const fault = takeFault(simulator, '*', method);
    if (!fault) return null;
    if (fault.kind === 'lost-response') return 'drop-response';
    if (fault.kind === 'slow') {
      await sleep(fault.delayMs, undefined, { ref: false });
      return null;
    }
    if (fault.kind === 'connection-reset' || fault.kind === 'hang') {
      reply.hijack();
      // A hanging call stays open until the client disconnects.
      if (fault.kind === 'connection-reset') reply.raw.destroy();
    } else if (fault.kind === 'captive-portal' || fault.kind === 'captive-portal-401') {
      sendCaptivePortal(reply, fault.kind === 'captive-portal' ? 200 : 401);
    } else if (fault.kind === 'invalid_rapt') {
      const error_description = 'reauth related error (invalid_rapt)';
      reply.code(400).send({ error: 'invalid_grant', error_subtype: 'invalid_rapt', error_description });
    } else sendError(reply, unavailable(/^\d+$/.test(fault.kind) ? Number(fault.kind) : 503));
    return 'answered';
  };
}
