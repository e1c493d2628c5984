import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';
import { compile } from '../locales/icu.ts';
import { usedKeys } from '../locales/used-keys.ts';

const sources = path.join(import.meta.dirname, 'src');
/** What is rendered first: the page as it opens, and what a person who is signed out sees. */
const entries = [path.join(sources, 'main.tsx'), path.join(sources, 'routes/sign-in.tsx')];

/**
 * Gives the page each catalogue in two parts, its messages parsed, so that no parser is sent: `?first` holds
 * the messages of all modules that the first view imports statically, `?rest` the others, problems among
 * them. Mails are left out.
 */
export function messages(): Plugin {
  let isFirst: ((key: string) => boolean) | null = null;
  return {
    name: 'messages',
    enforce: 'pre',
    buildStart() {
      isFirst = null;
    },
    load(id) {
      const [, file, part] = /^(.*\/locales\/\w+\.json)\?(first|rest)$/.exec(id) ?? [];
      if (!file) return null;
      this.addWatchFile(file);
      isFirst ??= keysOfFirstView();
      const compiled: Record<string, unknown> = {};
      for (const [key, text] of Object.entries<string>(JSON.parse(readFileSync(file, 'utf8')))) {
        if (!key.startsWith('mail.') && isFirst(key) === (part === 'first')) compiled[key] = compile(text);
      }
      return { code: `export default ${JSON.stringify(compiled)}`, moduleType: 'js' };
    },
  };
}

/** Whether a key is named in the modules of the first view. */
function keysOfFirstView(): (key: string) => boolean {
  const modules = new Map<string, (key: string) => boolean>();
  const visit = (file: string) => {
    if (modules.has(file) || !file.startsWith(sources) || !/\.tsx?$/.test(file)) return;
    const source = readFileSync(file, 'utf8');
    modules.set(file, usedKeys(source));
    for (const [, imported] of source.matchAll(/^import\s(?!type\s)[^;'"]*['"](\.[^'"]+)['"]/gm)) {
      visit(path.resolve(path.dirname(file), imported!));
    }
  };
  entries.forEach(visit);
  return (key) => key === 'locale' || [...modules.values()].some((isUsed) => isUsed(key));
}
