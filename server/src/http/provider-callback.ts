import type { FastifyReply, FastifyRequest } from 'fastify';
import { linkToSelf } from '../identities/link-identity.ts';
import type { Provider, ProviderAccount, ProviderId } from '../identities/provider.ts';
import {
  attemptSeconds,
  beginAttempt,
  readAttempt,
  type SignInAttempt,
  type SignInPurpose,
} from '../identities/sign-in-attempt.ts';
import {
  acceptWithProvider,
  assertUsable,
  recordProviderSignIn,
  type SignedIn,
  signInWithProvider,
} from '../identities/sign-in-with-provider.ts';
import { ipHeader } from '../instances/better-auth-names.ts';
import { dropSession } from '../instances/end-sign-ins.ts';
import { countAttempt, isFirst, uncountAttempt } from '../instances/rate-limit.ts';
import { readCookie } from '../instances/read-cookie.ts';
import { findSession } from '../instances/sessions.ts';
import { startSession } from '../instances/sign-in.ts';
import { providerSignIns } from '../instances/sign-in-limits.ts';
import { translate } from '../locales/translate.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { sendProblemPage } from './callback-page.ts';
import { headersOf } from './headers-of.ts';
import { languageOf } from './problem-documents.ts';
import type { Services } from './services.ts';

type Deps = Services & { providers: Provider[] };

/** The provider of a path. Throws a problem where it is not configured. */
export function configuredProvider({ providers = [] }: Services, id: ProviderId): Provider {
  const provider = providers.find(({ config }) => config.id === id);
  if (!provider) throw new ProblemError(createProblem(404, 'provider-not-configured'));
  return provider;
}

/** Begins a sign-in at a provider: sets the cookie that finishes it, and returns the URL to go to. */
export async function beginProviderSignIn(
  services: Services,
  id: ProviderId,
  purpose: SignInPurpose,
  reply: FastifyReply,
): Promise<{ url: string }> {
  const { deployment, sealer } = services;
  await countAttempt(deployment, providerSignIns(reply.request.ip));
  const provider = configuredProvider(services, id);
  const { secrets, cookie } = await beginAttempt(sealer, { provider: id, purpose, now: new Date() });
  const url = await provider.authorizationUrl(secrets);
  reply.header('set-cookie', attemptCookie(services, cookie, attemptSeconds));
  return { url };
}

/**
 * Answers a provider's redirect: a session and the page that was asked for, or a page that says what came of it. It
 * needs no session; the cookie of the browser that began authorizes it, once.
 */
export async function answerProviderCallback(
  services: Services,
  id: ProviderId,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  reply.header('set-cookie', attemptCookie(services, '', 0));
  let purpose: SignInPurpose | null = null;
  try {
    const provider = configuredProvider(services, id);
    const query = new URL(request.url, services.url).searchParams;
    const attempt = await takeAttempt(services, id, query.get('state') ?? '', request);
    purpose = attempt.purpose;
    const account = await provider.accountOf(query, attempt);
    assertUsable(provider, account);
    const path = await finish(services as Deps, { provider, account, attempt, request, reply });
    await uncountAttempt(services.deployment, providerSignIns(request.ip));
    return reply.header('referrer-policy', 'no-referrer').redirect(path, 303);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { problem, cause } = error;
    // Of the cause only its message: other fields have the code.
    const reason = cause instanceof Error ? cause.message : undefined;
    request.log.info(
      { provider: id, problem: problem.code, reason },
      'a sign-in at a provider came to nothing',
    );
    return sendProblemPage(reply, problem, goOn(reply, purpose));
  }
}

async function takeAttempt(
  { deployment, sealer, url }: Services,
  provider: ProviderId,
  state: string,
  request: FastifyRequest,
): Promise<SignInAttempt> {
  const cookie = readCookie(request.headers.cookie, attemptCookieName(url)) ?? '';
  const attempt = await readAttempt(sealer, { provider, state, cookie, now: new Date() });
  // Each once: a callback that is sent again, as from the history of a browser, finishes nothing.
  if (!attempt || !(await isFirst(deployment, attempt.state, attemptSeconds))) {
    throw new ProblemError(createProblem(400, 'provider-sign-in-stale'));
  }
  return attempt;
}

/** Does what the sign-in was begun for; returns the page to go on at. */
async function finish(
  services: Deps,
  {
    provider,
    account,
    attempt: { purpose },
    request,
    reply,
  }: {
    provider: Provider;
    account: ProviderAccount;
    attempt: SignInAttempt;
    request: FastifyRequest;
    reply: FastifyReply;
  },
): Promise<string> {
  const { cookie } = request.headers;
  const current = await findSession(services.deployment, services.signIn, { cookie });
  if (purpose.kind === 'link') {
    const { userId, sessionId, to } = purpose;
    if (current?.id !== sessionId || current.user.id !== userId) {
      throw new ProblemError(createProblem(400, 'provider-sign-in-stale'));
    }
    const { name, email } = current.user;
    const self = { id: userId, email, sessionId };
    const actor = { id: userId, name, ipAddress: request.ip };
    await linkToSelf(services, provider, { self, actor, account });
    return to;
  }
  let signedIn: SignedIn;
  let path: string;
  if (purpose.kind === 'invitation') {
    const joined = await acceptWithProvider(services, provider, {
      account,
      token: purpose.token,
      ip: request.ip,
    });
    [signedIn, path] = [joined, `/${joined.slug}/inbox/open`];
  } else {
    [signedIn, path] = [await signInWithProvider(services, provider, account), purpose.to];
  }
  // Somebody else may have been signed in here, or the same person longer ago.
  if (current) await dropSession(services.deployment, current.id, current.user.id);
  const headers = headersOf(request);
  headers.set(ipHeader, request.ip);
  const { user, identityId } = signedIn;
  for (const cookie of await startSession(services.signIn, { userId: user.id, identityId, headers })) {
    reply.header('set-cookie', cookie);
  }
  await recordProviderSignIn(services, provider, user, request.ip);
  return path;
}

function goOn(reply: FastifyReply, purpose: SignInPurpose | null): { path: string; label: string } {
  const language = languageOf(reply.request);
  if (purpose?.kind === 'link')
    return { path: purpose.to, label: translate(language, 'callbackPage.goBack') };
  const path = purpose?.kind === 'invitation' ? `/invitation/${purpose.token}` : '/sign-in';
  const key = purpose?.kind === 'invitation' ? 'callbackPage.toInvitation' : 'callbackPage.toSignIn';
  return { path, label: translate(language, key) };
}

/** With the prefix no other host of the domain can set it (RFC 6265bis, section 4.1.3.2). */
function attemptCookieName(url: string): string {
  return url.startsWith('https:') ? '__Host-postroom.sign-in' : 'postroom.sign-in';
}

/** Lax: the provider's redirect comes from another site. */
function attemptCookie({ url }: Services, value: string, seconds: number): string {
  const secure = url.startsWith('https:') ? '; Secure' : '';
  return `${attemptCookieName(url)}=${value}; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}
