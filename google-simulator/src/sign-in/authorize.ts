import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Account, findAccount, findAccountBySub, listAccounts } from '../accounts.ts';
import { consentedScopes, isSignInScope } from '../grants.ts';
import { html } from '../html.ts';
import type { Simulator } from '../simulator.ts';
import type { Store } from '../store.ts';
import { accountNotFound, blockReasonFor, hasConsented } from './account-access.ts';
import { redirectToApp, redirectWithCode, sendPage, showBlocked } from './authorization-response.ts';
import { chooserPage, consentPage, identifierPage } from './pages.ts';
import { type AuthorizationRequest, readAuthorizationRequest } from './request.ts';

const root = '/o/oauth2/v2/auth';

/** Google's authorization endpoint: account chooser, consent, and the redirect to the app. */
export function registerAuthorize(app: FastifyInstance, simulator: Simulator): void {
  const { store } = simulator;

  app.get<{ Querystring: Record<string, unknown> }>(root, (request, reply) => {
    const originalQuery = request.url.split('?')[1] ?? '';
    return withRequest(store, reply, originalQuery, (asked) => {
      const hinted = asked.loginHint === undefined ? undefined : findHinted(store, asked.loginHint);
      if (asked.prompts.has('none')) return answerWithoutPrompt(simulator, reply, asked, hinted);
      // A login_hint hides the account chooser, even with prompt=select_account (docs/gmail.md, trap 9).
      if (hinted) return showConsent(simulator, reply, asked, hinted, originalQuery);
      return sendPage(
        reply,
        chooserPage(
          asked,
          shownAccounts(store, asked),
          (account) =>
            `${root}/account?${new URLSearchParams({ request: originalQuery, account: account.email })}`,
          `${root}/identifier?${new URLSearchParams({ request: originalQuery })}`,
        ),
      );
    });
  });

  app.get<{ Querystring: Record<string, string | undefined> }>(`${root}/account`, (request, reply) => {
    const { request: originalQuery = '', account: email = '' } = request.query;
    return withRequest(store, reply, originalQuery, (asked) => {
      const account = findAccount(store, email);
      if (!account || account.kind === 'group') return showBlocked(reply, accountNotFound, asked);
      return showConsent(simulator, reply, asked, account, originalQuery);
    });
  });

  app.get<{ Querystring: Record<string, string | undefined> }>(`${root}/identifier`, (request, reply) => {
    const { request: originalQuery = '', email } = request.query;
    return withRequest(store, reply, originalQuery, (asked) => {
      const fields = html`<input type="hidden" name="request" value="${originalQuery}">`;
      if (email === undefined)
        return sendPage(reply, identifierPage(asked, fields, asked.loginHint ?? '', null));
      const account = findAccount(store, email.trim());
      // A group or an alias cannot sign in.
      if (account?.kind === 'account') return showConsent(simulator, reply, asked, account, originalQuery);
      return sendPage(reply, identifierPage(asked, fields, email, 'Couldn’t find your Google Account'));
    });
  });

  app.post<{ Body: Record<string, string | string[] | undefined> }>(`${root}/consent`, (request, reply) => {
    const {
      request: originalQuery,
      account: email,
      answer,
      scope_granted: grantedScopes = [],
    } = request.body ?? {};
    return withRequest(store, reply, String(originalQuery ?? ''), (asked) => {
      const account = findAccount(store, String(email ?? ''));
      if (!account || account.kind === 'group') return showBlocked(reply, accountNotFound, asked);
      if (answer !== 'allow') return redirectToApp(reply, asked, { error: 'access_denied' });
      const blockReason = blockReasonFor(store, asked, account);
      if (blockReason) return showBlocked(reply, blockReason, asked);
      const granted = asked.scopes.filter(
        (scope) => isSignInScope(scope) || [grantedScopes].flat().includes(scope),
      );
      return redirectWithCode(simulator, reply, asked, account, granted, { consented: true });
    });
  });
}

function withRequest(
  store: Store,
  reply: FastifyReply,
  originalQuery: string,
  show: (asked: AuthorizationRequest) => FastifyReply,
): FastifyReply {
  const read = readAuthorizationRequest(store, Object.fromEntries(new URLSearchParams(originalQuery)));
  return read.kind === 'ok' ? show(read.request) : showBlocked(reply, read, null);
}

function findHinted(store: Store, hint: string): Account | undefined {
  const account = findAccount(store, hint) ?? findAccountBySub(store, hint);
  return account?.kind === 'account' ? account : undefined;
}

function shownAccounts(store: Store, asked: AuthorizationRequest): Account[] {
  return listAccounts(store).filter(
    ({ kind, hd }) => kind === 'account' && (!asked.hd || (asked.hd === '*' ? hd !== null : hd === asked.hd)),
  );
}

/** The consent page, or the redirect to the app if the account has consented before. */
function showConsent(
  simulator: Simulator,
  reply: FastifyReply,
  asked: AuthorizationRequest,
  account: Account,
  originalQuery: string,
): FastifyReply {
  const blockReason = blockReasonFor(simulator.store, asked, account);
  if (blockReason) return showBlocked(reply, blockReason, asked);
  if (!asked.prompts.has('consent') && hasConsented(simulator.store, asked, account)) {
    return redirectWithCode(simulator, reply, asked, account, asked.scopes, { consented: false });
  }
  const fields = html`<input type="hidden" name="request" value="${originalQuery}"><input type="hidden" name="account" value="${account.email}">`;
  // The user can choose another account, also with a login_hint.
  const others = new URLSearchParams(originalQuery);
  others.delete('login_hint');
  const before = asked.includeGranted
    ? consentedScopes(simulator.store, account.sub, asked.client.project)
    : [];
  return sendPage(reply, consentPage(asked, account, fields, `${root}?${others}`, before));
}

/** The answer to `prompt=none`, which shows no page (OpenID Connect Core, section 3.1.2.6). */
function answerWithoutPrompt(
  simulator: Simulator,
  reply: FastifyReply,
  asked: AuthorizationRequest,
  account: Account | undefined,
): FastifyReply {
  const { store } = simulator;
  if (!account) return redirectToApp(reply, asked, { error: 'account_selection_required' });
  if (blockReasonFor(store, asked, account)) return redirectToApp(reply, asked, { error: 'access_denied' });
  if (!hasConsented(store, asked, account)) return redirectToApp(reply, asked, { error: 'consent_required' });
  return redirectWithCode(simulator, reply, asked, account, asked.scopes, { consented: false });
}
