import { readFileSync, writeFileSync } from 'node:fs';
import { compile, parametersOf } from './icu.ts';

/** The TypeScript types of all keys and their parameters, by the English catalogue. */
export function messageTypes(english: Record<string, string>): string {
  const lines = Object.entries(english).map(([key, message]) => {
    const parameters = Object.entries(parametersOf(compile(message)));
    const type = parameters.map(([name, kind]) => `${name}: ${kind}`).join('; ');
    return `  '${key}': ${type ? `{ ${type} }` : 'null'};`;
  });
  return `/** Written by \`npm run message-types\` from locales/en.json. */\nexport type Messages = {\n${lines.join('\n')}\n};\n`;
}

if (import.meta.main) {
  const english = JSON.parse(readFileSync(new URL('en.json', import.meta.url), 'utf8'));
  writeFileSync(new URL('generated/messages.ts', import.meta.url), messageTypes(english));
}
