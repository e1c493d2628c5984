/** How long to wait before files are asked for again (ms). Short: after an update they may be gone, and a reload helps. */
const waitsMs = [200, 1_000];

/** Style sheets that could not be loaded. */
const failed = new Set<HTMLLinkElement>();
globalThis.window?.addEventListener('error', noteStyleSheet, true);

/** Loads files of the program; again where that fails, as for all that are on their way when the network changes. */
export async function loadAgain<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  for (const ms of waitsMs) {
    try {
      return await loadWithStyles(load);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }
  return loadWithStyles(load);
}

/** Vite asks for a style sheet once only; the next time it would give the module without it. */
async function loadWithStyles<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  await Promise.all([...failed].map(loadStyleSheet));
  return load();
}

function loadStyleSheet(link: HTMLLinkElement): Promise<unknown> {
  failed.delete(link);
  const again = link.cloneNode() as HTMLLinkElement;
  const loaded = new Promise((resolve, reject) => {
    again.addEventListener('load', resolve);
    again.addEventListener('error', () => reject(new Error(`${again.href} was not loaded`)));
  });
  link.replaceWith(again);
  return loaded;
}

function noteStyleSheet({ target }: Event): void {
  if (target instanceof HTMLLinkElement && target.rel === 'stylesheet') failed.add(target);
}
