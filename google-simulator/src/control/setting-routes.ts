import type { FastifyInstance } from 'fastify';
import { setAccount, setDomain } from '../accounts.ts';
import { historyAheadSetting } from '../gmail/history.ts';
import { historyIdOf } from '../mail/mailbox.ts';
import { setSendAs } from '../mail/send-as.ts';
import { setSendingLimit } from '../mail/sending-limit.ts';
import { setIam } from '../pubsub/topics.ts';
import { quota } from '../quota.ts';
import { writeSetting } from '../settings.ts';
import { type IdTokenFault, idTokenFaultSetting } from '../sign-in/token.ts';
import type { Simulator } from '../simulator.ts';
import { post } from './post.ts';

/** Lasting settings of accounts, domains and limits. */
export function settingRoutes(app: FastifyInstance, simulator: Simulator): void {
  const { store, clock } = simulator;
  post<{ perMinute: number | null }>(app, '/quota', ({ perMinute }) =>
    quota(simulator).setPerMinute(perMinute),
  );
  post<{ account: string; perDay: number | null }>(app, '/sending-limit', ({ account, perDay }) =>
    setSendingLimit(simulator, account, perDay),
  );
  post<{ account: string; marksSpam: boolean }>(app, '/spam', ({ account, marksSpam }) => {
    historyIdOf(simulator, account);
    store.run('UPDATE mailboxes SET marks_spam = ? WHERE account = ?', marksSpam ? 1 : 0, account);
  });
  post<{ account: string; email: string; name: string; status: 'accepted' | 'pending' }>(
    app,
    '/send-as',
    (sendAs) => setSendAs(simulator, sendAs.account, sendAs),
  );
  post<{
    email: string;
    disabled?: boolean;
    mailOff?: boolean;
    noMailbox?: boolean;
    signsInAs?: string | null;
    emailVerified?: boolean;
    deleted?: true;
  }>(app, '/accounts', ({ email, ...change }) => setAccount(store, clock, email, change));
  post<{ iam: boolean }>(app, '/pubsub', ({ iam }) => setIam(simulator, iam));
  post<{ answer: 'empty' | 'not-found' }>(app, '/history-ahead', ({ answer }) =>
    writeSetting(simulator, historyAheadSetting, answer),
  );
  post<{ fault: IdTokenFault | null }>(app, '/id-token', ({ fault }) =>
    writeSetting(simulator, idTokenFaultSetting, fault),
  );
  post<{ name: string; blocksApps?: boolean; sendingLimit?: 'trial' | 'paid' }>(
    app,
    '/domains',
    ({ name, ...change }) => setDomain(store, name, change),
  );
}
