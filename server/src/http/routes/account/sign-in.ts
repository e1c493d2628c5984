import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AuditAction } from '../../../audit/actions.ts';
import {
  type Account,
  accountInSecondStep,
  accountOf,
  auditInEveryInstance,
  recordSignIn,
  type SecondStep,
} from '../../../instances/account-audit.ts';
import { ipHeader, signInPath } from '../../../instances/better-auth-names.ts';
import { endTrustedDevices, wakeStreams } from '../../../instances/end-sign-ins.ts';
import { createDeviceCookie, knownDeviceOf, knownDeviceSeconds } from '../../../instances/known-devices.ts';
import { type Counted, countAttempt, isFirst, uncountAttempt } from '../../../instances/rate-limit.ts';
import { readCookie } from '../../../instances/read-cookie.ts';
import { findSession } from '../../../instances/sessions.ts';
import { isSecondStepReadable } from '../../../instances/sign-in.ts';
import {
  ownPasswordAttempts,
  secondStepAttempts,
  signInAttempts,
} from '../../../instances/sign-in-limits.ts';
import { createProblem, ProblemError } from '../../../problems.ts';
import { headersOf } from '../../headers-of.ts';
import type { HttpServer, Services } from '../../services.ts';

/** A code of an authenticator app is valid for its 30 seconds, and those before and after (better-auth). */
const codeValiditySeconds = 90;

/**
 * The routes of better-auth that are in use. Changes of a user go through our own, which apply our rules and write
 * the audit log. The path is compared as it was sent: whatever else better-auth would read it as is not found.
 */
const passedOn = new Set([
  'GET get-session',
  'POST sign-in/email',
  'POST sign-out',
  'POST two-factor/disable',
  'POST two-factor/enable',
  'POST two-factor/generate-backup-codes',
  'POST two-factor/verify-backup-code',
  'POST two-factor/verify-totp',
]);

/** Passes requests to better-auth: signing in and out, and two-factor authentication. */
export function signInRoutes(app: HttpServer, services: Services): void {
  const { deployment, signIn, url } = services;
  app.route({
    method: ['GET', 'POST'],
    url: `${signInPath}/*`,
    config: { access: 'anyone' },
    schema: { hide: true },
    async handler(request, reply) {
      const path = (request.params as { '*': string })['*'];
      if (!passedOn.has(`${request.method} ${path}`)) throw new ProblemError(createProblem(404, 'not-found'));
      const headers = headersOf(request);
      headers.set(ipHeader, request.ip);
      const call = await readCall(services, path, request);
      await countAttempt(deployment, call.counted);
      const refused = await refuseCode(services, call, request.body);
      const answer = refused
        ? Response.json({ code: refused, message: 'Invalid code' }, { status: 401 })
        : await (await signIn.betterAuth()).handler(
            new Request(`${url}${signInPath}/${path}`, {
              method: request.method,
              headers,
              ...(request.body ? { body: JSON.stringify(request.body) } : {}),
            }),
          );
      const secondStepOf = /^two-factor\/verify/.test(path) ? (call.session ?? call.inSecondStep)?.id : null;
      if (answer.status === 500 && secondStepOf) {
        const readable = await isSecondStepReadable(signIn, deployment, secondStepOf);
        if (!readable) throw new ProblemError(createProblem(503, 'second-step-unreadable'));
      }
      if (answer.status < 400 || answer.status >= 500) await uncountAttempt(deployment, call.counted);
      const text = await answer.text();
      const signedIn = answer.ok && !call.session ? signedInUser(text) : null;
      if (answer.ok && call.session) await recordOwnChange(services, call, call.session, request.ip);
      else if (signedIn) await recordSignedIn(services, call, signedIn, request.ip);
      else if (answer.status === 401) recordRefused(services, call, request);

      reply.status(answer.status);
      for (const [name, value] of answer.headers) {
        if (name !== 'set-cookie') reply.header(name, value);
      }
      for (const cookie of answer.headers.getSetCookie()) reply.header('set-cookie', cookie);
      if (signedIn) reply.header('set-cookie', await deviceCookie(services, signedIn.email));
      return reply.serializer((body) => body as string).send(text);
    },
  });
}

/** A request to better-auth. */
type Call = {
  path: string;
  /** What it is counted under, if it may be a guess. */
  counted: Counted[];
  /** Who was signed in before, where it matters. */
  session: (Account & { twoFactor: boolean }) | null;
  /** The address somebody signs in with (lower case). */
  email: string | null;
  /** The account whose second step is under way. */
  inSecondStep: Account | null;
};

async function readCall(
  { deployment, signIn }: Services,
  path: string,
  { method, body, ip, headers: { cookie } }: FastifyRequest,
): Promise<Call> {
  const call: Call = { path, counted: [], session: null, email: null, inSecondStep: null };
  if (method !== 'POST') return call;
  const { createAuthCookie, secret } = await (await signIn.betterAuth()).$context;
  const cookieOf = (name: string) => readCookie(cookie, createAuthCookie(name).name);
  if (path === 'sign-in/email') {
    const email =
      z
        .object({ email: z.email().max(254) })
        .safeParse(body)
        .data?.email.toLowerCase() ?? null;
    const device = email === null ? null : knownDeviceOf(secret, email, cookieOf(deviceCookieName));
    return { ...call, email, counted: signInAttempts(email, ip, device) };
  }
  const found = await findSession(deployment, signIn, { cookie });
  if (found) {
    const session = found.user;
    return { ...call, session, counted: path === 'sign-out' ? [] : ownPasswordAttempts(session.id) };
  }
  const identifier = /^(2fa-[\w-]+)\./.exec(cookieOf('two_factor') ?? '')?.[1];
  const inSecondStep = identifier ? await accountInSecondStep(deployment, identifier) : null;
  return { ...call, inSecondStep, counted: path === 'sign-out' ? [] : secondStepAttempts(ip) };
}

/**
 * Why a code of the authenticator app is refused, in better-auth's words; null if it may be verified. Each code is
 * accepted once (RFC 6238 §5.2). It is claimed before it is verified, so that of two requests at the same moment
 * one is refused; and where it is unknown whose code it is, none is accepted.
 */
async function refuseCode({ deployment }: Services, call: Call, body: unknown): Promise<string | null> {
  if (call.path !== 'two-factor/verify-totp') return null;
  const account = call.session ?? call.inSecondStep;
  if (!account) return 'INVALID_TWO_FACTOR_COOKIE';
  const code = z.object({ code: z.string().regex(/^\d{6}$/) }).safeParse(body).data?.code;
  if (!code) return 'INVALID_CODE';
  const first = await isFirst(deployment, `code ${code} of ${account.id}`, codeValiditySeconds);
  return first ? null : 'INVALID_CODE';
}

const userInAnswer = z.object({
  user: z.object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    twoFactorEnabled: z.boolean().nullish(),
  }),
});

/** The user whom an answer signs in; null if a second step follows, or it is about something else. */
function signedInUser(text: string) {
  return text.startsWith('{') ? (userInAnswer.safeParse(JSON.parse(text)).data?.user ?? null) : null;
}

async function recordSignedIn(
  services: Services,
  { path }: Call,
  user: NonNullable<ReturnType<typeof signedInUser>>,
  ip: string,
): Promise<void> {
  const secondSteps: Record<string, SecondStep> = {
    'two-factor/verify-totp': 'app',
    'two-factor/verify-backup-code': 'backup code',
  };
  const secondStep = secondSteps[path] ?? (user.twoFactorEnabled ? 'trusted browser' : null);
  await recordSignIn(services, user, { action: 'user.signed-in', ip, secondStep });
}

/** Not awaited: the time it takes would reveal whether there is an account. */
function recordRefused(services: Services, { email, inSecondStep }: Call, { ip, log }: FastifyRequest): void {
  const record = async () => {
    const account = inSecondStep ?? (email ? await accountOf(services.deployment, email) : null);
    const action = inSecondStep ? 'user.second-step-refused' : 'user.sign-in-refused';
    if (account) await recordSignIn(services, account, { action, ip, by: 'nobody' });
  };
  void record().catch((error) => log.error(error, 'a refused sign-in could not be recorded'));
}

/** Records what somebody signed in did: signing out, or a change of their second step. */
async function recordOwnChange(
  services: Services,
  { path }: Call,
  session: NonNullable<Call['session']>,
  ip: string,
): Promise<void> {
  const { sql } = services.deployment;
  if (path === 'sign-out') {
    await wakeStreams(sql, session.id);
    return recordSignIn(services, session, { action: 'user.signed-out', ip });
  }
  const changes: Record<string, AuditAction | null> = {
    'two-factor/verify-totp': session.twoFactor ? null : 'user.two-factor-on',
    'two-factor/disable': 'user.two-factor-off',
    'two-factor/generate-backup-codes': 'user.backup-codes-created',
  };
  const action = changes[path];
  if (!action) return;
  await endTrustedDevices(sql, session.id);
  const actor = { id: session.id, name: session.name, ipAddress: ip };
  await auditInEveryInstance(services, actor, { action, subject: session.email });
}

const deviceCookieName = 'known_device';

/** Marks the browser as one in which this user has signed in. */
async function deviceCookie({ signIn }: Services, email: string): Promise<string> {
  const { createAuthCookie, secret } = await (await signIn.betterAuth()).$context;
  const { name, attributes } = createAuthCookie(deviceCookieName);
  const value = createDeviceCookie(secret, email);
  const secure = attributes.secure ? '; Secure' : '';
  return `${name}=${value}; Max-Age=${knownDeviceSeconds}; Path=/api; HttpOnly; SameSite=Lax${secure}`;
}
