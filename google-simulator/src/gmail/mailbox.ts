import type { FastifyInstance } from 'fastify';
import { formatHistoryId, historyIdOf } from '../mail/mailbox.ts';
import { sendAsOf } from '../mail/send-as.ts';
import type { Simulator } from '../simulator.ts';
import { GmailApiError, notFound } from './errors.ts';
import { method, scopes } from './method.ts';

const systemLabels = [
  'INBOX',
  'SENT',
  'DRAFT',
  'CHAT',
  'SCHEDULED',
  'SPAM',
  'TRASH',
  'UNREAD',
  'STARRED',
  'IMPORTANT',
  'CATEGORY_PERSONAL',
  'CATEGORY_SOCIAL',
  'CATEGORY_PROMOTIONS',
  'CATEGORY_UPDATES',
  'CATEGORY_FORUMS',
];

/** users.getProfile, users.labels, users.settings.sendAs. */
export function mailboxMethods(app: FastifyInstance, simulator: Simulator): void {
  const { store } = simulator;
  const count = (sql: string, ...values: string[]) => store.get<{ n: number }>(sql, ...values)!.n;
  const profileScopes = [...scopes.readOrMetadata, ...scopes.compose];
  method(app, simulator, 'GET', '/profile', { name: 'getProfile', scopes: profileScopes }, ({ account }) => ({
    emailAddress: account,
    messagesTotal: count('SELECT count(*) AS n FROM messages WHERE account = ?', account),
    threadsTotal: count('SELECT count(DISTINCT thread_id) AS n FROM messages WHERE account = ?', account),
    historyId: formatHistoryId(historyIdOf(simulator, account)),
  }));
  const labelOf = (id: string) => ({ id, name: id, type: 'system' });
  method(app, simulator, 'GET', '/labels', { name: 'labels.list', scopes: scopes.readOrMetadata }, () => ({
    labels: systemLabels.map(labelOf),
  }));
  method(
    app,
    simulator,
    'GET',
    '/labels/:id',
    { name: 'labels.get', scopes: scopes.readOrMetadata },
    ({ account, params }) => {
      const id = params.id!;
      if (!systemLabels.includes(id)) throw new GmailApiError(notFound);
      const total = count('SELECT count(*) AS n FROM labels WHERE account = ? AND label = ?', account, id);
      return { ...labelOf(id), messagesTotal: total };
    },
  );
  const shown = ({ email, name, isPrimary, status }: ReturnType<typeof sendAsOf>[number]) => ({
    sendAsEmail: email,
    displayName: name,
    isPrimary,
    isDefault: isPrimary,
    ...(status && { verificationStatus: status, treatAsAlias: true }),
  });
  method(
    app,
    simulator,
    'GET',
    '/settings/sendAs',
    { name: 'settings.sendAs.list', scopes: scopes.sendAs },
    ({ account }) => ({
      sendAs: sendAsOf(simulator, account).map(shown),
    }),
  );
  method(
    app,
    simulator,
    'GET',
    '/settings/sendAs/:email',
    { name: 'settings.sendAs.get', scopes: scopes.sendAs },
    ({ account, params }) => {
      const found = sendAsOf(simulator, account).find(({ email }) => email === params.email!.toLowerCase());
      if (!found) throw new GmailApiError(notFound);
      return shown(found);
    },
  );
}
