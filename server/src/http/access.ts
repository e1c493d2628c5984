import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor } from '../audit/record-audit-entry.ts';
import type { Role } from '../database/column-types.ts';
import type { Deployment } from '../database/connect.ts';
import { type ApiKeyScope, findApiKey, type ValidApiKey, validApiKeysAmong } from '../instances/api-keys.ts';
import { openSessionsAmong } from '../instances/instances.ts';
import { findSession, type OpenSession } from '../instances/sessions.ts';
import type { SignIn } from '../instances/sign-in.ts';
import { createProblem, ProblemError } from '../problems.ts';
import type { RequestCounter } from './request-limits.ts';
import { scopeOf } from './scopes.ts';

/**
 * Who may call a route: anyone; a signed-in user; a member of the instance in the path; its admins. Each
 * route declares it in `config: { access: … }`; a route without it is not registered.
 */
export type Access = 'anyone' | 'user' | 'member' | 'admin';

export type SignedInUser = {
  id: string;
  name: string;
  email: string;
  /** The session of a browser; null for a program with an API key. */
  sessionId: string | null;
  /** The API key that the request carries. */
  apiKeyId: string | null;
  twoFactor: boolean;
  /** The language they last read Postroom in; null if unknown. */
  language: string | null;
};

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** The signed-in user; set on every route except those for anyone. */
    user: SignedInUser;
    /** The instance in the path and the user's role in it; set on routes of an instance. */
    instanceId: string;
    role: Role;
  }
}

/** Checks access before every route of the app. */
export function registerAccessControl(
  app: FastifyInstance,
  { deployment, signIn, count }: { deployment: Deployment; signIn: SignIn; count: RequestCounter },
): void {
  app.decorateRequest('user', null as unknown as SignedInUser);
  app.decorateRequest('instanceId', '');
  app.decorateRequest('role', null as unknown as Role);

  app.addHook('onRoute', (route) => {
    const access = route.config?.access;
    if (!access) throw new Error(`${route.method} ${route.url} declares no access`);
    const ofInstance = route.url.includes(':instanceId');
    if (ofInstance !== (access === 'member' || access === 'admin')) {
      throw new Error(`${route.method} ${route.url}: access '${access}' does not match its path`);
    }
    route.config = { ...route.config, scope: scopeOf(route) };
  });

  app.addHook('onRequest', async (request, reply) => {
    const { access, scope } = request.routeOptions.config;
    if (!access) return; // no such route, answered 404
    if (access === 'anyone') return count(request, reply);
    const key = bearerToken(request);
    const found = key === null ? null : await findApiKey(deployment, key, request.ip);
    const session = key === null ? await sessionOfBrowser(deployment, signIn, request) : null;
    const user = found ? userOfKey(found) : session && userOfSession(session);
    if (user) request.user = user;
    await count(request, reply);
    if (!user) throw new ProblemError(createProblem(401, key === null ? 'signed-out' : 'api-key-invalid'));
    if (found) return admitApiKey(request, found, scope ?? null);
    if (access !== 'user') admitMember(request, session?.access ?? null, access);
  });
}

/** Lets a user call a route of the instance in the path. `found`: their access to it. */
function admitMember(request: FastifyRequest, found: OpenSession['access'], access: Access): void {
  const { instanceId } = request.params as { instanceId: string };
  // The same answer whether or not the instance exists, so that it does not reveal which exist.
  if (!found) throw new ProblemError(createProblem(403, 'not-a-member'));
  const { role, requires } = found;
  if (requires) throw new ProblemError(createProblem(403, 'sign-in-required'));
  if (access === 'admin' && role !== 'admin') {
    throw new ProblemError(createProblem(403, 'admins-only'));
  }
  request.instanceId = instanceId;
  request.role = role;
}

/** The signed-in user of a request, for the audit log. */
export function actorOf({ user, ip }: FastifyRequest): Actor {
  return { id: user.id, name: user.name, ipAddress: ip };
}

/** Those of requests that go on in an instance whose users have access still: their session and membership, or their key. */
export async function withAccessStill(
  deployment: Deployment,
  instanceId: string,
  requests: FastifyRequest[],
): Promise<Set<FastifyRequest>> {
  const sessionIds = requests.flatMap(({ user }) => user.sessionId ?? []);
  const keyIds = requests.flatMap(({ user }) => user.apiKeyId ?? []);
  const sessions = await openSessionsAmong(deployment, instanceId, sessionIds);
  const keys = await validApiKeysAmong(deployment, keyIds);
  return new Set(
    requests.filter(({ user: { sessionId, apiKeyId } }) =>
      apiKeyId === null ? sessionId !== null && sessions.has(sessionId) : keys.has(apiKeyId),
    ),
  );
}

/** The session of a request on a route that API keys cannot call. */
export function sessionOf({ user, routeOptions }: FastifyRequest): string {
  if (user.sessionId === null) throw new Error(`${routeOptions.url} is for sessions only`);
  return user.sessionId;
}

/** The token of `Authorization: Bearer …` (RFC 6750 §2.1); null without one. */
function bearerToken({ headers }: FastifyRequest): string | null {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

function userOfKey({ id, user }: ValidApiKey): SignedInUser {
  return { ...user, sessionId: null, apiKeyId: id, twoFactor: false, language: null };
}

/** Lets a program call the route, with the rights of an admin within the scopes of its key. */
function admitApiKey(request: FastifyRequest, key: ValidApiKey, scope: ApiKeyScope | 'any' | null): void {
  if (!scope) throw new ProblemError(createProblem(403, 'not-for-api-keys'));
  const { instanceId = key.instanceId } = request.params as { instanceId?: string };
  if (key.instanceId !== instanceId) throw new ProblemError(createProblem(403, 'not-a-member'));
  if (scope !== 'any' && !key.scopes.includes(scope)) {
    throw new ProblemError(createProblem(403, 'api-key-scope-missing', { scope }));
  }
  request.instanceId = instanceId;
  request.role = 'admin';
}

/** The session of a browser, with its access to the instance in the path; null without a valid one. */
function sessionOfBrowser(
  deployment: Deployment,
  signIn: SignIn,
  { headers: { cookie }, params }: FastifyRequest,
): Promise<OpenSession | null> {
  const { instanceId = '' } = params as { instanceId?: string };
  return findSession(deployment, signIn, { cookie, instanceId: isUuid(instanceId) ? instanceId : null });
}

function userOfSession({ id, user }: OpenSession): SignedInUser {
  return { ...user, sessionId: id, apiKeyId: null };
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
}
