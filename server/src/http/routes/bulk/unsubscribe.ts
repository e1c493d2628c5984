import type { FastifyReply } from 'fastify';
import { recipientOfToken, unsubscribe } from '../../../bulk/unsubscribe.ts';
import type { HttpServer, Services } from '../../services.ts';

/**
 * The unsubscribe link of a bulk message. GET changes nothing (mail scanners open every link); the button, or
 * a mail client's one-click POST (RFC 8058), unsubscribes.
 */
export function unsubscribeRoutes(app: HttpServer, { deployment }: Services): void {
  const config = { access: 'anyone', otherOrigins: true } as const;
  const route = { config, schema: { hide: true } };
  app.addContentTypeParser('application/x-www-form-urlencoded', (_request, _payload, done) => done(null));
  app.addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null));
  app.get<{ Params: { token: string } }>('/unsubscribe/:token', route, async ({ params }, reply) => {
    const who = await recipientOfToken(deployment, params.token);
    if (!who) return page(reply, 404, 'This link is not known here.', unknown);
    const form =
      '<p>Answers to what you write still reach you.</p><form method="post"><button>Unsubscribe</button></form>';
    return page(reply, 200, `Shall ${escaped(who.address)} get no more messages of this kind?`, form);
  });
  app.post<{ Params: { token: string } }>('/unsubscribe/:token', route, async ({ params }, reply) =>
    (await unsubscribe(deployment, params.token))
      ? page(
          reply,
          200,
          'You are unsubscribed.',
          '<p>You will get no more messages of this kind. You can close this page.</p>',
        )
      : page(reply, 404, 'This link is not known here.', unknown),
  );
}

const unknown = '<p>It may have been cut when it was copied. Open it from the message again.</p>';
const style = `:root{color-scheme:light dark}
body{margin:0;padding:1rem;font:16px/1.5 Inter,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;background:light-dark(#faf9f7,#141312);color:light-dark(#1f1c1a,#d6d3ce)}
main{max-width:26rem;margin:12vh auto 0;padding:1.75rem;border:1px solid light-dark(#e8e5e0,#322f2c);border-radius:8px;background:light-dark(#fff,#1b1a19)}
h1{margin:0;font-size:1.125rem;font-weight:600;line-height:1.4;text-wrap:balance;overflow-wrap:anywhere}
p{margin:.5rem 0 0;color:light-dark(#6d675f,#a39e97)}
button{margin-top:1.25rem;padding:.6rem 1.2rem;border:0;border-radius:6px;background:#0f6b63;color:#fff;font:inherit;font-weight:600;cursor:pointer}
button:focus-visible{outline:2px solid light-dark(#0f6b63,#5cb8ad);outline-offset:2px}`;

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
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Unsubscribe</title><style>${style}</style><main><h1>${title}</h1>${body}</main></html>`,
    );
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
