import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';
import { compile } from '../locales/icu.ts';
import { usedKeys } from '../locales/used-keys.ts';

/** What is drawn first: the page as it opens, and what a person who is signed out sees. */
const entries = ['src/main.tsx', 'src/routes/sign-in.tsx'];

/**
 * Gives the page each catalogue in two parts, its messages parsed, so that no parser is sent: `?first` holds
 * the messages of all modules that the first view imports statically, `?rest` the others. Mails are left out.
 */
export function messages(): Plugin {
  let isFirst: ((key: string) => boolean) | null = null;
  return {
    name: 'messages',
    enforce: 'pre',
    load(id) {
      const [, file, part] = /^(.*\/locales\/\w+\.json)\?(first|rest)$/.exec(id) ?? [];
      if (!file) return null;
      this.addWatchFile(file);
      isFirst ??= keysOfFirstView();
      const texts: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'));
      const chosen = Object.entries(texts).filter(
        ([key]) => !key.startsWith('mail.') && isFirst!(key) === (part === 'first'),
      );
      return JSON.stringify(Object.fromEntries(chosen.map(([key, text]) => [key, compile(text)])));
    },
  };
}

function keysOfFirstView(): (key: string) => boolean {
  const uses: Array<(key: string) => boolean> = [(key) => key === 'locale'];
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file) || !/\.tsx?$/.test(file)) return;
    seen.add(file);
    const source = readFileSync(file, 'utf8');
    uses.push(usedKeys(source));
    for (const [, imported] of source.matchAll(/^(?:import|export)\s(?!type\s)[^;'"]*['"](\.[^'"]+)['"]/gm)) {
      visit(path.resolve(path.dirname(file), imported!));
    }
  };
  for (const entry of entries) visit(path.join(import.meta.dirname, entry));
  return (key) => uses.some((uses) => uses(key));
}
