import { setTimeout } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import type { BrowserContext, Page, Request } from 'playwright-core';

type ApiRequest = { method: string; path: string; began: number; answer?: { status: string; ms: number } };

const most = { pages: 3, requests: 20, characters: 4_000 };

/** The open pages with their last requests, the newest page last. */
const pages = new Map<Page, ApiRequest[]>();

/** Follows the pages that a new context opens and their last requests of the API, for `describeOpenPages`. */
export function followPages(context: BrowserContext): void {
  context.on('page', (page) => {
    const requests: ApiRequest[] = [];
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
    pages.set(page, requests);
    page.on('close', () => pages.delete(page));
  });
}

/**
 * What the newest pages show, and their last requests of the API. Saves each page's screenshot as `picture`, a path to
 * which its number is added. Takes `mostMs` at most, and does not throw.
 */
export async function describeOpenPages(picture: string, mostMs = 10_000): Promise<string> {
  const newest = [...pages].toReversed().slice(0, most.pages);
  const shown = await Promise.all(
    newest.map(async ([page, requests], at) => {
      const text = await Promise.race([
        describePage(page, `${picture}-${at + 1}.png`),
        setTimeout(mostMs, `${page.url()}\nIt does not answer.`, { ref: false }),
      ]);
      const title = `Page ${at + 1} of ${pages.size}, the newest first: ${text}`;
      return [title, 'Its last requests of the API:', ...requests.map(describeRequest)].join('\n');
    }),
  );
  return shown.join('\n\n');
}

function describeRequest({ method, path, began, answer }: ApiRequest): string {
  const ago = `${((Date.now() - began) / 1_000).toFixed(1)} s ago`;
  return `${ago}: ${method} ${path} ${answer ? `${answer.status}, ${answer.ms} ms` : 'not answered'}`;
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
