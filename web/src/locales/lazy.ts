import { type ComponentType, lazy } from 'react';
import { loadAgain } from './load-again.ts';
import { loadAllMessages } from './messages.ts';

type Load<Module> = () => Promise<Module>;

/** Loads a module that comes after the first view, and the messages it may use. */
export async function withMessages<Module>(load: Load<Module>): Promise<Module> {
  const [module] = await Promise.all([loadAgain(load), loadAgain(loadAllMessages)]);
  return module;
}

const now = <Module>(load: Load<Module>) => load();

/** What React asks of a promise, answered within the call. */
const alreadyLoaded = <Module>(module: Module) =>
  // biome-ignore lint/suspicious/noThenProperty: it is used as a promise
  ({ then: (use: (module: Module) => void) => use(module) }) as unknown as Promise<Module>;

/**
 * A component that is loaded with its messages when it is first rendered; used instead of React's `lazy`.
 * `schedule` may put the loading off; `preload` starts it before that. Once it is loaded it is rendered at once: for a
 * promise, even a fulfilled one, React would show the fallback first, for up to 300 ms.
 */
// biome-ignore lint/suspicious/noExplicitAny: as React's own type has it
export function lazyPart<Component extends ComponentType<any>>(
  load: Load<{ default: Component }>,
  schedule: typeof now = now,
) {
  type Module = { default: Component };
  let loaded: Module | null = null;
  const preload = async () => {
    loaded = await withMessages(load);
    return loaded;
  };
  const part = lazy(() => (loaded ? alreadyLoaded(loaded) : schedule(preload)));
  return Object.assign(part, { preload });
}
