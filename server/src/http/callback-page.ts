import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { translate } from '../locales/translate.ts';
import type { Problem } from '../problems.ts';
import { languageOf, problemView } from './problem-documents.ts';

const style = `:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:28rem;margin:14vh auto;padding:0 1rem;color:light-dark(#1f1d1a,#e8e4de);background:light-dark(#fff,#171715)}
main{border:1px solid light-dark(#dad6d0,#3d3a36);border-radius:6px;padding:1.5rem 2rem}
h1{font-size:1.25rem;line-height:1.35;text-wrap:balance}
p{overflow-wrap:break-word}
small{color:light-dark(#6b6660,#a39e97)}
a{color:light-dark(#0b6e6e,#5cc4c0)}`;

// A window that no script opened cannot be closed by one, so this continues after a moment.
const closeOrContinueScript =
  "window.close();setTimeout(()=>location.replace(document.querySelector('a').href),300);";

/** Ends a sign-in at Google that connects an address: the page closes itself, or continues to `path`. */
export function sendContinuePage(reply: FastifyReply, path: string): FastifyReply {
  const language = languageOf(reply.request);
  const link = `<a href="${escaped(path)}">${escaped(translate(language, 'callbackPage.goOn'))}</a>`;
  const back = escaped(translate(language, 'callbackPage.back'));
  const body = `<main><p>${back} ${link}</p></main><script>${closeOrContinueScript}</script>`;
  return sendPage(reply, 200, 'Postroom', body);
}

/** Says why a sign-in at a provider came to nothing, with a link to go on. */
export function sendProblemPage(
  reply: FastifyReply,
  problem: Problem,
  { path, label, nothingChanged }: { path: string; label: string; nothingChanged?: boolean },
): FastifyReply {
  const { title, detail } = problemView(reply.request, problem);
  const note = nothingChanged ? translate(languageOf(reply.request), 'callbackPage.nothingChanged') : '';
  const paragraphs = [detail, note].filter(Boolean).map((text) => `<p>${escaped(text)}</p>`);
  const link = `<p><a href="${escaped(path)}">${escaped(label)}</a></p>`;
  const body = `<main><small>Postroom</small><h1>${escaped(title)}</h1>${paragraphs.join('')}${link}</main>`;
  return sendPage(reply, problem.status, `${title} · Postroom`, body);
}

function sendPage(reply: FastifyReply, status: number, title: string, body: string): FastifyReply {
  const hash = createHash('sha256').update(closeOrContinueScript).digest('base64');
  return reply
    .status(status)
    .type('text/html; charset=utf-8')
    .headers({
      'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`,
      // The URL contains the provider's code, which no later page may learn.
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      // Any other policy separates this window from its opener, and it could not close.
      'cross-origin-opener-policy': 'unsafe-none',
    })
    .send(
      `<!doctype html><html lang="${languageOf(reply.request)}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${style}</style>${body}</html>`,
    );
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
