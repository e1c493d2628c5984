import {
  type ComponentProps,
  type ComponentType,
  createElement,
  type ElementType,
  lazy,
  useState,
} from 'react';
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
 * `schedule` may put the loading off; `preload` starts it before that. Once it is loaded it is rendered at once: React
 * waits with a `lazy` component that is first rendered, and shows it up to 300 ms later.
 */
// biome-ignore lint/suspicious/noExplicitAny: as React's own type has it
export function lazyPart<Component extends ComponentType<any>>(
  load: Load<{ default: Component }>,
  schedule: typeof now = now,
) {
  let loaded: Component | null = null;
  const preload = async () => {
    const module = await withMessages(load);
    loaded = module.default;
    return module;
  };
  const Later = lazy(() => schedule(preload));
  function Part(props: ComponentProps<Component>) {
    // Chosen once: with another type, React would drop the state of what is shown.
    const [chosen] = useState<ElementType>(() => loaded ?? Later);
    return createElement(chosen, props);
  }
  return Object.assign(Part, { preload });
}
