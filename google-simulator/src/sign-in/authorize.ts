import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Account, findAccount, findAccountBySub, listAccounts } from '../accounts.ts';
import { blockedByAdmin, consentedScopes, isSignInScope, issueCode } from '../grants.ts';
import { html } from '../html.ts';
import type { Simulator } from '../simulator.ts';
import { blockedPage, chooserPage, consentPage, identifierPage } from './pages.ts';
import { type AuthorizationRequest, type BlockedRequest, readAuthorizationRequest } from './request.ts';

const root = '/o/oauth2/v2/auth';

/** Google's authorization endpoint: account chooser, consent, and the redirect to the app. */
export function registerAuthorize(app: FastifyInstance, simulator: Simulator): void {
  const { store } = simulator;

  app.get<{ Querystring: Record<string, unknown> }>(root, (request, reply) => {
    const originalQuery = request.url.split('?')[1] ?? '';
    return withRequest(reply, originalQuery, (asked) => {
      const hinted = asked.loginHint === undefined ? undefined : findHinted(asked.loginHint);
      if (asked.prompts.has('none')) return answerWithoutPrompt(reply, asked, hinted);
      // A login_hint hides the account chooser, even with prompt=select_account (docs/gmail.md, trap 9).
      if (hinted) return forAccount(reply, asked, hinted, originalQuery);
      return send(
        reply,
        chooserPage(
          asked,
          shownAccounts(asked),
          (account) =>
            `${root}/account?${new URLSearchParams({ request: originalQuery, account: account.email })}`,
          `${root}/identifier?${new URLSearchParams({ request: originalQuery })}`,
        ),
      );
    });
  });

  app.get<{ Querystring: Record<string, string | undefined> }>(`${root}/account`, (request, reply) => {
    const { request: originalQuery = '', account: email = '' } = request.query;
    return withRequest(reply, originalQuery, (asked) => {
      const account = findAccount(store, email);
      if (!account || account.kind === 'group') return showBlocked(reply, notFound, asked);
      return forAccount(reply, asked, account, originalQuery);
    });
  });

  app.get<{ Querystring: Record<string, string | undefined> }>(`${root}/identifier`, (request, reply) => {
    const { request: originalQuery = '', email } = request.query;
    return withRequest(reply, originalQuery, (asked) => {
      const fields = html`<input type="hidden" name="request" value="${originalQuery}">`;
      if (email === undefined) return send(reply, identifierPage(asked, fields, asked.loginHint ?? '', null));
      const account = findAccount(store, email.trim());
      // A group or an alias cannot sign in.
      if (account?.kind === 'account') return forAccount(reply, asked, account, originalQuery);
      return send(reply, identifierPage(asked, fields, email, 'Couldn’t find your Google Account'));
    });
  });

  app.post<{ Body: Record<string, string | string[] | undefined> }>(`${root}/consent`, (request, reply) => {
    const {
      request: originalQuery,
      account: email,
      answer,
      scope_granted: grantedScopes = [],
    } = request.body ?? {};
    return withRequest(reply, String(originalQuery ?? ''), (asked) => {
      const account = findAccount(store, String(email ?? ''));
      if (!account || account.kind === 'group') return showBlocked(reply, notFound, asked);
      if (answer !== 'allow') return redirectToApp(reply, asked, { error: 'access_denied' });
      const blockReason = blockReasonFor(asked, account);
      if (blockReason) return showBlocked(reply, blockReason, asked);
      const granted = asked.scopes.filter(
        (scope) => isSignInScope(scope) || [grantedScopes].flat().includes(scope),
      );
      return redirectWithCode(reply, asked, account, granted, { consented: true });
    });
  });

  function withRequest(
    reply: FastifyReply,
    originalQuery: string,
    show: (asked: AuthorizationRequest) => FastifyReply,
  ): FastifyReply {
    const read = readAuthorizationRequest(store, Object.fromEntries(new URLSearchParams(originalQuery)));
    return read.kind === 'ok' ? show(read.request) : showBlocked(reply, read, null);
  }

  function findHinted(hint: string): Account | undefined {
    const account = findAccount(store, hint) ?? findAccountBySub(store, hint);
    return account?.kind === 'account' ? account : undefined;
  }

  function shownAccounts(asked: AuthorizationRequest): Account[] {
    return listAccounts(store).filter(
      ({ kind, hd }) =>
        kind === 'account' && (!asked.hd || (asked.hd === '*' ? hd !== null : hd === asked.hd)),
    );
  }

  /** The error if this account may not use this app at all. */
  function blockReasonFor(asked: AuthorizationRequest, account: Account): BlockedRequest | null {
    const { client, scopes } = asked;
    if (account.disabledAt !== null) {
      return blocked(403, 'account_disabled', `The account ${account.email} has been disabled.`);
    }
    if (client.internalTo !== null && account.hd !== client.internalTo) {
      const detail = `${client.name} can only be used within its organization (${client.internalTo}).`;
      return blocked(403, 'org_internal', detail);
    }
    if (client.testing && client.testUsers.length > 0 && !client.testUsers.includes(account.email)) {
      const detail = `${client.name} has not completed the Google verification process. The app is currently being tested, and can only be accessed by developer-approved testers.`;
      return blocked(403, 'access_denied', detail);
    }
    if (blockedByAdmin(store, account, scopes.join(' '))) {
      const detail = `Access to ${client.name} is blocked by your organization's administrator. Please contact the administrator of ${account.hd}.`;
      return blocked(400, 'admin_policy_enforced', detail);
    }
    return null;
  }

  function forAccount(
    reply: FastifyReply,
    asked: AuthorizationRequest,
    account: Account,
    originalQuery: string,
  ): FastifyReply {
    const blockReason = blockReasonFor(asked, account);
    if (blockReason) return showBlocked(reply, blockReason, asked);
    if (!asked.prompts.has('consent') && hasConsented(asked, account)) {
      return redirectWithCode(reply, asked, account, asked.scopes, { consented: false });
    }
    const fields = html`<input type="hidden" name="request" value="${originalQuery}"><input type="hidden" name="account" value="${account.email}">`;
    // The user can choose another account, also with a login_hint.
    const others = new URLSearchParams(originalQuery);
    others.delete('login_hint');
    return send(reply, consentPage(asked, account, fields, `${root}?${others}`));
  }

  function hasConsented(asked: AuthorizationRequest, account: Account): boolean {
    const before = new Set(consentedScopes(store, account.sub, asked.client.project));
    return asked.scopes.every((scope) => before.has(scope));
  }

  function answerWithoutPrompt(
    reply: FastifyReply,
    asked: AuthorizationRequest,
    account: Account | undefined,
  ): FastifyReply {
    // OpenID Connect Core §3.1.2.6
    if (!account) return redirectToApp(reply, asked, { error: 'account_selection_required' });
    if (blockReasonFor(asked, account)) return redirectToApp(reply, asked, { error: 'access_denied' });
    if (!hasConsented(asked, account)) return redirectToApp(reply, asked, { error: 'consent_required' });
    return redirectWithCode(reply, asked, account, asked.scopes, { consented: false });
  }

  function redirectWithCode(
    reply: FastifyReply,
    asked: AuthorizationRequest,
    account: Account,
    granted: string[],
    { consented }: { consented: boolean },
  ): FastifyReply {
    const before = asked.includeGranted ? consentedScopes(store, account.sub, asked.client.project) : [];
    const scope = [...new Set([...granted, ...before])].join(' ');
    const { client, redirectUri, nonce, challenge, challengeMethod } = asked;
    // A repeated authorization without a consent page returns no refresh token.
    const offline = asked.offline && consented;
    const code = issueCode(simulator, {
      client,
      account,
      redirectUri,
      scope,
      nonce,
      challenge,
      challengeMethod,
      lasting: offline,
    });
    const prompt = [...asked.prompts].join(' ') || (consented ? 'consent' : 'none');
    return redirectToApp(reply, asked, {
      code,
      scope,
      authuser: '0',
      ...(account.hd && { hd: account.hd }),
      prompt,
    });
  }
}

const notFound = blocked(400, 'invalid_request', 'There is no such account here.');

function blocked(status: number, error: string, detail: string): BlockedRequest {
  return { kind: 'blocked', status, error, detail };
}

function redirectToApp(
  reply: FastifyReply,
  asked: AuthorizationRequest,
  answer: Record<string, string>,
): FastifyReply {
  const target = new URL(asked.redirectUri);
  if (asked.state !== undefined) target.searchParams.set('state', asked.state);
  for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value);
  return reply.redirect(target.href, 303);
}

function showBlocked(
  reply: FastifyReply,
  refused: BlockedRequest,
  asked: AuthorizationRequest | null,
): FastifyReply {
  return send(reply.code(refused.status), blockedPage(refused, asked?.client.name ?? null));
}

function send(reply: FastifyReply, page: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(page);
}
