import { createHash } from 'node:crypto';
import path from 'node:path';
import { build, type Plugin } from 'vite';

const entry = path.join(import.meta.dirname, 'service-worker/service-worker.ts');

/**
 * Writes `sw.js`, which has no imports, with the names of the files that the page opens with: the script of the page,
 * what it imports statically, and their style sheets and fonts. Its content changes with any file of the program,
 * which is how a browser notices a new version (Service Workers, section 7.2, Update).
 */
export function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    async generateBundle(_options, bundle) {
      const names = Object.keys(bundle).sort();
      const version = createHash('sha256').update(names.join()).digest('hex').slice(0, 16);
      const first = new Set<string>();
      const visit = (name: string) => {
        const chunk = bundle[name];
        if (first.has(name) || chunk?.type !== 'chunk') return;
        first.add(name);
        chunk.imports.forEach(visit);
        for (const file of [
          ...(chunk.viteMetadata?.importedCss ?? []),
          ...(chunk.viteMetadata?.importedAssets ?? []),
        ])
          first.add(file);
      };
      for (const [name, chunk] of Object.entries(bundle))
        if (chunk.type === 'chunk' && chunk.isEntry) visit(name);
      const firstFiles = [...first].sort().map((name) => `/${name}`);
      this.emitFile({
        type: 'asset',
        fileName: 'sw.js',
        source: await buildServiceWorker({ version, firstFiles }),
      });
    },
  };
}

/** The script of the service worker for a version of the program. */
export async function buildServiceWorker(program: {
  version: string;
  firstFiles: string[];
}): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: { PROGRAM: JSON.stringify(program) },
    build: {
      write: false,
      target: 'es2023',
      rolldownOptions: { input: entry, output: { format: 'iife' } },
    },
  });
  const [output] = [built].flat();
  if (!output || !('output' in output)) throw new Error('The service worker was not built');
  return output.output[0].code;
}
