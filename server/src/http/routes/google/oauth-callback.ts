import type { FastifyReply } from 'fastify';
import { googleCallbackPath } from '../../../config.ts';
import { isSignInState } from '../../../identities/sign-in-attempt.ts';
import { accessTo, currentInstance } from '../../../instances/instances.ts';
import { findSession } from '../../../instances/sessions.ts';
import { translate } from '../../../locales/translate.ts';
import { googleNotConfigured } from '../../../mailboxes/connection-problems.ts';
import { finishSignIn } from '../../../mailboxes/oauth-callback.ts';
import { instanceIdOfState } from '../../../mailboxes/start-connection.ts';
import type { Problem } from '../../../problems.ts';
import { sendContinuePage, sendProblemPage } from '../../callback-page.ts';
import { paused } from '../../paused.ts';
import { languageOf } from '../../problem-documents.ts';
import { answerProviderCallback } from '../../provider-callback.ts';
import type { HttpServer, Services } from '../../services.ts';

/**
 * Google's redirect after the sign-in. In a popup the page closes itself, and the page that opened it gets
 * the outcome from the live stream; otherwise it continues to the connection's page.
 */
export function oauthCallbackRoutes(app: HttpServer, services: Services): void {
  const { connecting, database, signIn } = services;
  const slugOf = async (instanceId: string) => (await database.inInstance(instanceId, currentInstance)).slug;
  /** Where the same admin can start again; others must not learn that the instance exists. */
  const retryPath = async (state: string | undefined, userId: string | undefined) => {
    const instanceId = state && userId ? instanceIdOfState(state) : null;
    if (!instanceId || !userId) return null;
    const access = await accessTo(services.deployment, { userId, sessionId: null, instanceId });
    return access?.role === 'admin' ? `/${await slugOf(instanceId)}/apps/email/connect` : null;
  };
  app.get(
    googleCallbackPath,
    { config: { access: 'anyone', answersAnyText: true }, schema: { hide: true } },
    async (request, reply) => {
      if (isSignInState((request.query as Record<string, unknown>).state)) {
        return answerProviderCallback(services, 'google', request, reply);
      }
      if (!connecting) return refuse(reply, googleNotConfigured, null);
      if (services.pause.isPaused()) return refuse(reply, paused, null);
      const { cookie } = request.headers;
      const session = await findSession(services.deployment, signIn, { cookie });
      const browser = session && { userId: session.user.id, sessionId: session.id };
      // Malformed requests get a page as well, because a person sees the answer.
      const query = request.query as Record<string, unknown>;
      const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
      const callback = { state: text(query.state), code: text(query.code), error: text(query.error) };
      const outcome = await finishSignIn(connecting, callback, browser, new Date());
      if (outcome.kind === 'unmatched') {
        return refuse(reply, outcome.problem, await retryPath(callback.state, browser?.userId));
      }
      if (outcome.kind === 'two-way') {
        const page = `/${await slugOf(outcome.instanceId)}/apps/email/${outcome.mailboxId}`;
        return sendContinuePage(reply, page);
      }
      return sendContinuePage(
        reply,
        `/${await slugOf(outcome.instanceId)}/apps/email/connect/${outcome.connectionId}`,
      );
    },
  );
}

/** `retryPath`: where the same admin can start again. */
function refuse(reply: FastifyReply, problem: Problem, retryPath: string | null): FastifyReply {
  const key = retryPath ? 'callbackPage.retry' : 'callbackPage.open';
  const label = translate(languageOf(reply.request), key);
  return sendProblemPage(reply, problem, { path: retryPath ?? '/', label, nothingChanged: true });
}
