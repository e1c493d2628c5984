import { createHash } from 'node:crypto';
import { fromNodeHeaders } from 'better-auth/node';
import type { FastifyReply } from 'fastify';
import { currentInstance, roleIn } from '../../../instances/instances.ts';
import { googleNotConfigured } from '../../../mailboxes/connection-problems.ts';
import { finishSignIn } from '../../../mailboxes/oauth-callback.ts';
import { instanceIdOfState } from '../../../mailboxes/start-connection.ts';
import type { Problem } from '../../../problems.ts';
import { paused } from '../../paused.ts';
import { problemView } from '../../problem-documents.ts';
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
    const role = await roleIn(services.deployment, userId, instanceId);
    return role === 'admin' ? `/${await slugOf(instanceId)}/apps/email/connect` : null;
  };
  app.get(
    '/oauth/google/callback',
    { config: { access: 'anyone', answersAnyText: true }, schema: { hide: true } },
    async (request, reply) => {
      if (!connecting) return sendProblemPage(reply, googleNotConfigured, null);
      if (services.pause.isPaused()) return sendProblemPage(reply, paused, null);
      const session = await signIn.api.getSession({ headers: fromNodeHeaders(request.headers) });
      const browser = session && { userId: session.user.id, sessionId: session.session.id };
      // Malformed requests get a page as well, because a person sees the answer.
      const query = request.query as Record<string, unknown>;
      const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
      const callback = { state: text(query.state), code: text(query.code), error: text(query.error) };
      const outcome = await finishSignIn(connecting, callback, browser, new Date());
      if (outcome.kind === 'unmatched') {
        return sendProblemPage(reply, outcome.problem, await retryPath(callback.state, browser?.userId));
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

const style = `:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:28rem;margin:14vh auto;padding:0 1.25rem}
h1{font-size:1.25rem;line-height:1.35;text-wrap:balance}
small{color:light-dark(#6b6660,#a39e97)}
a{color:light-dark(#0b6e6e,#5cc4c0)}`;

// A window that no script opened cannot be closed by one, so this continues after a moment.
const closeOrContinueScript =
  "window.close();setTimeout(()=>location.replace(document.querySelector('a').href),300);";

function sendContinuePage(reply: FastifyReply, path: string): FastifyReply {
  const body = `<p>Back to Postroom … <a href="${escaped(path)}">Go on</a></p><script>${closeOrContinueScript}</script>`;
  return page(reply, 200, 'Postroom', body);
}

function sendProblemPage(reply: FastifyReply, problem: Problem, retryPath: string | null): FastifyReply {
  const { title, detail } = problemView(reply.request, problem);
  const body = `<small>Postroom</small><h1>${escaped(title)}</h1><p>${escaped(detail)}</p><p>Nothing was changed.</p><p><a href="${escaped(retryPath ?? '/')}">${retryPath ? 'Sign in with Google again' : 'Open Postroom'}</a></p>`;
  return page(reply, problem.status, 'Sign in with Google · Postroom', body);
}

function page(reply: FastifyReply, status: number, title: string, body: string): FastifyReply {
  const hash = createHash('sha256').update(closeOrContinueScript).digest('base64');
  return reply
    .status(status)
    .type('text/html; charset=utf-8')
    .headers({
      'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`,
      // The URL contains Google's code, which no later page may learn.
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      // Any other policy separates this window from its opener, and it could not close.
      'cross-origin-opener-policy': 'unsafe-none',
    })
    .send(
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style>${body}</html>`,
    );
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
