import type { FastifyReply } from 'fastify';
import { subscriber, unsubscribe } from '../../bulk/unsubscribe.ts';
import type { App, Services } from '../services.ts';

/**
 * The link of a bulk message. Looking at it changes nothing (mail scanners open every link); the button,
 * or a mail client's one click (RFC 8058), unsubscribes.
 */
export function unsubscribeRoutes(app: App, { deployment }: Services): void {
  const route = { config: { access: 'anyone' as const }, schema: { hide: true } };
  app.addContentTypeParser('application/x-www-form-urlencoded', (_request, _payload, done) => done(null));
  app.addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null));
  app.get<{ Params: { token: string } }>('/unsubscribe/:token', route, async ({ params }, reply) => {
    const who = await subscriber(deployment, params.token);
    if (!who) return page(reply, 404, 'This link is not known here.', '');
    const form = '<form method="post"><button>Unsubscribe</button></form>';
    return page(reply, 200, `Shall ${escaped(who.address)} get no more messages of this kind?`, form);
  });
  app.post<{ Params: { token: string } }>('/unsubscribe/:token', route, async ({ params }, reply) =>
    (await unsubscribe(deployment, params.token))
      ? page(reply, 200, 'You are unsubscribed. You will get no more messages of this kind.', '')
      : page(reply, 404, 'This link is not known here.', ''),
  );
}

const style = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:30rem;margin:14vh auto;padding:0 1.25rem}
h1{font-size:1.25rem;line-height:1.35;text-wrap:balance}
button{font:inherit;padding:.5rem 1rem}`;

function page(reply: FastifyReply, status: number, title: string, body: string): FastifyReply {
  return reply
    .status(status)
    .type('text/html; charset=utf-8')
    .headers({
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
    })
    .send(
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Unsubscribe</title><style>${style}</style><h1>${title}</h1>${body}</html>`,
    );
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
