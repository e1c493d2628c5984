import type { FastifyReply } from 'fastify';
import type { Account } from '../accounts.ts';
import { consentedScopes, issueCode } from '../grants.ts';
import type { Simulator } from '../simulator.ts';
import { blockedPage } from './pages.ts';
import type { AuthorizationRequest, BlockedRequest } from './request.ts';

/** Redirects to the app with an authorization code for the granted scopes (RFC 6749, section 4.1.2). */
export function redirectWithCode(
  simulator: Simulator,
  reply: FastifyReply,
  asked: AuthorizationRequest,
  account: Account,
  granted: string[],
  { consented }: { consented: boolean },
): FastifyReply {
  const { store } = simulator;
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

/** Redirects to the app with these parameters and the `state` of its request. */
export function redirectToApp(
  reply: FastifyReply,
  asked: AuthorizationRequest,
  answer: Record<string, string>,
): FastifyReply {
  const target = new URL(asked.redirectUri);
  if (asked.state !== undefined) target.searchParams.set('state', asked.state);
  for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value);
  return reply.redirect(target.href, 303);
}

/** Google's error page; `asked` is null if the request itself could not be read. */
export function showBlocked(
  reply: FastifyReply,
  blocked: BlockedRequest,
  asked: AuthorizationRequest | null,
): FastifyReply {
  return sendPage(reply.code(blocked.status), blockedPage(blocked, asked?.client.name ?? null));
}

export function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(page);
}
