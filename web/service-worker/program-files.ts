declare const self: ServiceWorkerGlobalScope;

/** Written by the build (service-worker-plugin.ts): a hash of all files, and those the page opens with. */
declare const PROGRAM: { version: string; firstFiles: string[] };

const cacheName = `program ${PROGRAM.version}`;
/** The page without its nonce; every path of the program is this page. */
const pagePath = '/index.html';
/** What the server answers by itself (server/src/http/web-page.ts). */
const otherPaths = /^\/(api|assets|oauth|google|unsubscribe)(\/|$)/;

/** Stores the page and the files it opens with; throws if one cannot be fetched, and the browser tries again later. */
export async function keepProgram(): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll(PROGRAM.firstFiles);
  const page = await fetch(pagePath, { credentials: 'omit', cache: 'no-store' });
  if (!page.ok) throw new Error(`The page was answered with ${page.status}`);
  await cache.put(pagePath, page);
}

/** Stores files of the program that a page has loaded, mostly out of the browser's own cache. */
export async function keepFiles(files: string[], event: ExtendableEvent): Promise<void> {
  const ofProgram = files.filter((file) => new URL(file, self.location.href).pathname.startsWith('/assets/'));
  await Promise.allSettled(ofProgram.map((file) => programFile(new Request(file), event)));
}

/** Keeps the files of this version and the one before, which pages that are still open may load parts of. */
export async function removeFormerPrograms(): Promise<void> {
  const former = (await caches.keys()).filter((name) => name.startsWith('program ') && name !== cacheName);
  await Promise.all(former.slice(0, -1).map((name) => caches.delete(name)));
}

/**
 * The answer to a request for a file of the program, or for a page. Undefined for everything else: answers of the API
 * pass by the service worker, so that nothing personal is ever stored.
 */
export function answerFromProgram(event: FetchEvent): Promise<Response> | undefined {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return undefined;
  if (pathname.startsWith('/assets/')) return programFile(request, event);
  if (request.mode === 'navigate' && !otherPaths.test(pathname)) return currentPage(request);
  return undefined;
}

/**
 * The names of these files change with their content, so that a stored one never becomes old. A fetched one is answered
 * at once and stored meanwhile. A cache that fails, as when the disk is full, loses no answer.
 */
async function programFile(request: Request, event: ExtendableEvent): Promise<Response> {
  // Chosen by name: the stored file is not the compressed one that Vary is about.
  const stored = await caches.match(request, { ignoreVary: true }).catch(() => undefined);
  if (stored) return stored;
  const answer = await fetch(request);
  if (answer.ok) event.waitUntil(store(request, answer.clone()).catch(() => {}));
  return answer;
}

async function store(request: Request, answer: Response): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.put(request, answer);
}

/** The page as the server has it now, so that a reload is always the newest version; the stored one without network. */
async function currentPage(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const stored = await caches.match(pagePath, { cacheName, ignoreVary: true });
    if (!stored) throw error;
    return withFreshNonce(stored);
  }
}

/** A nonce is used for one page only (CSP Level 3, section 7.1). */
async function withFreshNonce(stored: Response): Promise<Response> {
  const html = await stored.text();
  const headers = new Headers(stored.headers);
  const policy = headers.get('content-security-policy') ?? '';
  const former = /'nonce-([^']+)'/.exec(policy)?.[1];
  if (!former) return new Response(html, { headers });
  const fresh = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18))));
  headers.set('content-security-policy', policy.replaceAll(former, fresh));
  return new Response(html.replaceAll(former, fresh), { headers });
}
