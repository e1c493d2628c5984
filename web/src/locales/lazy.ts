import { type ComponentType, lazy } from 'react';
import { loadAllMessages } from './messages.ts';

/** Loads a module that comes after the first view, and the messages it may use. */
export async function withMessages<Module>(load: () => Promise<Module>): Promise<Module> {
  const [module] = await Promise.all([load(), loadAllMessages()]);
  return module;
}

/** A component that is loaded with its messages when it is first rendered; used instead of React's `lazy`. */
// biome-ignore lint/suspicious/noExplicitAny: as React's own type has it
export function lazyPart<Component extends ComponentType<any>>(load: () => Promise<{ default: Component }>) {
  return lazy(() => withMessages(load));
}
