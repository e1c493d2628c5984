import { type ComponentType, lazy } from 'react';
import { loadAllMessages } from './messages.ts';

type Load<Module> = () => Promise<Module>;

/** Loads a module that comes after the first view, and the messages it may use. */
export async function withMessages<Module>(load: Load<Module>): Promise<Module> {
  const [module] = await Promise.all([load(), loadAllMessages()]);
  return module;
}

const now = <Module>(load: Load<Module>) => load();

/**
 * A component that is loaded with its messages when it is first rendered; used instead of React's `lazy`.
 * `schedule` may put the loading off; `preload` starts it
 * before that.
 */
// biome-ignore lint/suspicious/noExplicitAny: as React's own type has it
export function lazyPart<Component extends ComponentType<any>>(
  load: Load<{ default: Component }>,
  schedule: typeof now = now,
) {
  const part = lazy(() => schedule(() => withMessages(load)));
  return Object.assign(part, { preload: () => withMessages(load) });
}
