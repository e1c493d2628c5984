import type { FastifyReply } from 'fastify';
import type { Arguments, MessageKey } from '../../../../../locales/keys.ts';
import { ownerOfToken, type TokenOwner, unsubscribe } from '../../../bulk/unsubscribe.ts';
import { translate } from '../../../locales/translate.ts';
import { escapeHtml } from '../../../mail/html/escape-html.ts';
import { languageOf } from '../../problem-documents.ts';
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
  app.get<{ Params: { token: string } }>('/unsubscribe/:token', route, async ({ params }, reply) =>
    page(reply, await ownerOfToken(deployment, params.token), 'ask'),
  );
  app.post<{ Params: { token: string } }>('/unsubscribe/:token', route, async ({ params }, reply) =>
    page(reply, await unsubscribe(deployment, params.token), 'done'),
  );
}

const style = `:root{color-scheme:light dark}
body{margin:0;padding:1rem;font:16px/1.5 Inter,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;background:light-dark(#faf9f7,#141312);color:light-dark(#1f1c1a,#d6d3ce)}
main{max-width:26rem;margin:12vh auto 0;padding:1.75rem;border:1px solid light-dark(#e8e5e0,#322f2c);border-radius:8px;background:light-dark(#fff,#1b1a19)}
h1{margin:0;font-size:1.125rem;font-weight:600;line-height:1.4;text-wrap:balance;overflow-wrap:anywhere}
p{margin:.5rem 0 0;color:light-dark(#6d675f,#a39e97)}
button{margin-top:1.25rem;padding:.6rem 1.2rem;border:0;border-radius:6px;background:#0f6b63;color:#fff;font:inherit;font-weight:600;cursor:pointer}
button:focus-visible{outline:2px solid light-dark(#0f6b63,#5cb8ad);outline-offset:2px}`;

/** The page in the language that the list gives for the customer, or else that of the browser. */
function page(reply: FastifyReply, owner: TokenOwner | null, step: 'ask' | 'done'): FastifyReply {
  const language = owner?.language ?? languageOf(reply.request);
  const text = <Key extends MessageKey>(key: Key, ...more: Arguments<Key>) =>
    escapeHtml(translate(language, key, ...more));
  const shown = owner ? (owner.kind === 'test' ? 'test' : step) : 'unknown';
  const form =
    shown === 'ask' ? `<form method="post"><button>${text('unsubscribePage.button')}</button></form>` : '';
  const title = text(`unsubscribePage.${shown}.title`, { address: owner?.address ?? '' });
  return reply
    .status(owner ? 200 : 404)
    .type('text/html; charset=utf-8')
    .headers({
      'content-language': language,
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
    })
    .send(
      `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text('mail.unsubscribe')}</title><style>${style}</style><main><h1>${title}</h1><p>${text(`unsubscribePage.${shown}.text`)}</p>${form}</main></html>`,
    );
}
