import { setTimeout } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import type { BrowserContext, Page, Request } from 'playwright-core';

type ApiRequest = { method: string; path: string; began: number; answer?: { status: string; ms: number } };

const most = { pages: 3, requests: 20, characters: 4_000 };

const pages: Page[] = [];
const requests: ApiRequest[] = [];

/** Follows the pages that a new context opens and their last requests of the API, for `describeOpenPages`. */
export function followPages(context: BrowserContext): void {
  context.on('page', (page) => {
    const open = new Map<Request, ApiRequest>();
    const end = (request: Request, status: string) => {
      const followed = open.get(request);
      if (followed) followed.answer = { status, ms: Date.now() - followed.began };
      open.delete(request);
    };
    page.on('request', (request) => {
      // Without the query, which may have a token.
      const { pathname: path } = new URL(request.url());
      if (!path.startsWith('/api/')) return;
      const followed = { method: request.method(), path, began: Date.now() };
      open.set(request, followed);
      requests.push(followed);
      if (requests.length > most.requests) requests.shift();
    });
    page.on('response', (response) => end(response.request(), String(response.status())));
    page.on('requestfailed', (request) => end(request, request.failure()?.errorText ?? 'failed'));
    pages.push(page);
    page.on('close', () => {
      pages.splice(pages.indexOf(page), 1);
      for (const request of open.keys()) end(request, 'page closed');
    });
  });
}

/**
 * What the newest pages show, and the last requests of the API. Saves each page's screenshot as `picture`, a path to
 * which its number is added. Takes `mostMs` at most, and does not throw.
 */
export async function describeOpenPages(picture: string, mostMs = 10_000): Promise<string> {
  const newest = pages.toReversed().slice(0, most.pages);
  const shown = await Promise.all(
    newest.map((page, at) =>
      Promise.race([
        describePage(page, `${picture}-${at + 1}.png`),
        setTimeout(mostMs, `${page.url()}\nIt does not answer.`, { ref: false }),
      ]),
    ),
  );
  const ago = (time: number) => `${((Date.now() - time) / 1_000).toFixed(1)} s ago`;
  const sent = requests.map(
    ({ method, path, began, answer }) =>
      `${ago(began)}: ${method} ${path} ${answer ? `${answer.status}, ${answer.ms} ms` : 'not answered'}`,
  );
  return [
    ...shown.map((text, at) => `Page ${at + 1} of ${pages.length}, the newest first: ${text}`),
    ['The last requests of the API:', ...sent].join('\n'),
  ].join('\n\n');
}

async function describePage(page: Page, picture: string): Promise<string> {
  const failed = (error: Error) => stripVTControlCharacters(error.message).split('\n')[0]!;
  const [shown, saved] = await Promise.all([
    page.locator('body').ariaSnapshot().catch(failed),
    page.screenshot({ path: picture }).then(() => picture, failed),
  ]);
  return `${page.url()}\nScreenshot: ${saved}\n${withoutMiddle(shown.replaceAll(/^ *- img\n/gm, ''))}`;
}

/** Dialogs and messages of the page come last. */
function withoutMiddle(text: string): string {
  const half = most.characters / 2;
  return text.length > most.characters ? `${text.slice(0, half)}\n…\n${text.slice(-half)}` : text;
}
