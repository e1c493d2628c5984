import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * A module that is loaded at its first use: what the first request does not need takes no time at the start, and no memory
 * where it is never used. A library that is not CommonJS alone is loaded twice where it is imported as well.
 */
export function loadLater<Module>(name: string): () => Module {
  let loaded: Module | undefined;
  return () => {
    loaded ??= require(name) as Module;
    return loaded;
  };
}
