import { fromNodeHeaders } from 'better-auth/node';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Deployment } from '../database/connect.ts';
import type { Role } from '../database/schema.ts';
import { roleIn } from '../instances/instances.ts';
import type { SignIn } from '../instances/sign-in.ts';
import { createProblem, ProblemError } from '../problems.ts';

/**
 * Who may call a route: anyone; a signed-in user; a member of the instance in the path; its admins.
 * It stands beside each route, as `config: { access: … }`, and a route without it does not register.
 */
export type Access = 'anyone' | 'user' | 'member' | 'admin';

export type SignedInUser = {
  id: string;
  name: string;
  email: string;
  sessionId: string;
  twoFactor: boolean;
  /** The language they last read Postroom in; null: not known. */
  language: string | null;
};

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** The signed-in user; set on every route but those for anyone. */
    user: SignedInUser;
    /** The instance in the path and the user's role there; set on routes of an instance. */
    instanceId: string;
    role: Role;
  }
}

/** Puts the check before every route of the app. */
export function registerAccessControl(app: FastifyInstance, deployment: Deployment, signIn: SignIn): void {
  app.decorateRequest('user', null as unknown as SignedInUser);
  app.decorateRequest('instanceId', '');
  app.decorateRequest('role', null as unknown as Role);

  app.addHook('onRoute', (route) => {
    const access = route.config?.access;
    if (!access) throw new Error(`${route.method} ${route.url} does not say who may call it`);
    const ofInstance = route.url.includes(':instanceId');
    if (ofInstance !== (access === 'member' || access === 'admin')) {
      throw new Error(`${route.method} ${route.url}: access '${access}' does not fit its path`);
    }
  });

  app.addHook('onRequest', async (request) => {
    const access = request.routeOptions.config.access;
    if (!access || access === 'anyone') return; // no access: no such route, answered 404
    request.user = await signedIn(signIn, request);
    if (access === 'user') return;
    const { instanceId } = request.params as { instanceId: string };
    const role = isUuid(instanceId) ? await roleIn(deployment, request.user.id, instanceId) : null;
    // The same answer whether the instance exists or not: what is there is nobody else's to know.
    if (!role) throw new ProblemError(createProblem(403, 'not-a-member'));
    if (access === 'admin' && role !== 'admin') {
      throw new ProblemError(createProblem(403, 'admins-only'));
    }
    request.instanceId = instanceId;
    request.role = role;
  });
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
