import { fromNodeHeaders } from 'better-auth/node';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor } from '../audit/record-audit-entry.ts';
import type { Role } from '../database/column-types.ts';
import type { Deployment } from '../database/connect.ts';
import { roleIn } from '../instances/instances.ts';
import type { SignIn } from '../instances/sign-in.ts';
import { createProblem, ProblemError } from '../problems.ts';

/**
 * Who may call a route: anyone; a signed-in user; a member of the instance in the path; its admins. Each
 * route declares it in `config: { access: … }`; a route without it is not registered.
 */
export type Access = 'anyone' | 'user' | 'member' | 'admin';

export type SignedInUser = {
  id: string;
  name: string;
  email: string;
  sessionId: string;
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
export function registerAccessControl(app: FastifyInstance, deployment: Deployment, signIn: SignIn): void {
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
  });

  app.addHook('onRequest', async (request) => {
    const access = request.routeOptions.config.access;
    if (!access || access === 'anyone') return; // no access: no such route, answered 404
    request.user = await signedIn(signIn, request);
    if (access === 'user') return;
    const { instanceId } = request.params as { instanceId: string };
    const role = isUuid(instanceId) ? await roleIn(deployment, request.user.id, instanceId) : null;
    // The same answer whether or not the instance exists, so that it does not reveal which exist.
    if (!role) throw new ProblemError(createProblem(403, 'not-a-member'));
    if (access === 'admin' && role !== 'admin') {
      throw new ProblemError(createProblem(403, 'admins-only'));
    }
    request.instanceId = instanceId;
    request.role = role;
  });
}

/** The signed-in user of a request, for the audit log. */
export function actorOf({ user, ip }: FastifyRequest): Actor {
  return { id: user.id, name: user.name, ipAddress: ip };
}

async function signedIn(signIn: SignIn, request: FastifyRequest): Promise<SignedInUser> {
  const session = await signIn.api.getSession({ headers: fromNodeHeaders(request.headers) });
  if (!session) throw new ProblemError(createProblem(401, 'signed-out'));
  const { user } = session;
  const { id, name, email, twoFactorEnabled, language = null } = user;
  const sessionId = session.session.id;
  return { id, name, email, sessionId, twoFactor: twoFactorEnabled === true, language };
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
}
