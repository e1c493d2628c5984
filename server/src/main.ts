import { enableCompileCache } from 'node:module';
import path from 'node:path';

// What Node compiled is kept in the data directory, which nobody else writes to, and is used by the next start and by the
// threads (https://nodejs.org/api/module.html#module-compile-cache). So nothing else may be imported here.
if (!process.env.NODE_COMPILE_CACHE && !process.env.NODE_DISABLE_COMPILE_CACHE) {
  const { directory } = enableCompileCache(path.resolve(process.env.POSTROOM_DATA_DIR || 'data', 'compiled'));
  if (directory) process.env.NODE_COMPILE_CACHE = path.dirname(directory);
}
await import('./run.ts');
