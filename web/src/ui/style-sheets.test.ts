import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const sources = path.join(import.meta.dirname, '..');
/** Google prescribes how its button looks. */
const files = globSync('**/*.css', { cwd: sources }).filter((file) => !file.includes('google-button'));
const matches = (pattern: RegExp) =>
  files.flatMap((file) =>
    (readFileSync(path.join(sources, file), 'utf8').match(pattern) ?? []).map((found) => `${file}: ${found}`),
  );

test('texts have one of the five sizes of the theme', () => {
  expect(matches(/font-size: (?!var\(--mantine-font-size-|inherit)[^;]+|font: (?!inherit)[^;]+/g)).toEqual(
    [],
  );
});

test('colours are those of tokens.ts', () => {
  const literal =
    /#[\da-f]{3,8}\b(?![^;{}]*\{)|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color|light-dark)a?\([^;]*/gi;
  const named = /(?<=[:\s])(?:white|black|gr[ae]y|red|green|blue|yellow|orange|teal|silver)(?=[;\s])/g;
  expect([...matches(literal), ...matches(named)]).toEqual([]);
});
