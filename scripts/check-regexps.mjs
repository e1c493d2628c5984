import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { root, trackedFiles } from './setup.mjs';
import { slowInput } from './slow-input.mjs';

// `npm run check:regexps`: every regular expression of the server and the web page takes time in proportion to
// the length of its input (https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS).
// Each is run on long repetitive texts. With `--recheck` (part of `npm run check:long`) recheck also analyses each
// and proposes texts (https://makenowjust-labs.github.io/recheck/). What counts is the time that Node takes.

const withRecheck = process.argv.includes('--recheck');
const files = trackedFiles().filter(
  (file) => /^(server|web)\/src\/.*\.tsx?$/.test(file) && !/\.test\.tsx?$|\/testing\//.test(file),
);
const expressions = [...files.flatMap(literals), ...(await constructed())];
const attackOf = withRecheck ? await recheck() : () => null;
const faults = [];
for (const { file, expression } of expressions) {
  const slow = slowInput(expression, attackOf(expression));
  if (slow) faults.push(`${file}: ${expression}\n  takes ${Math.round(slow.ms)} ms for ${slow.text}`);
}
console.log(`${expressions.length} regular expressions`);
if (faults.length > 0) {
  console.error(
    `${faults.join('\n')}\n\n${faults.length} regular expressions take more than linear time: exclude from each repetition what follows it, let it begin only where a run begins (?<!x)x+, or bound it.`,
  );
}
process.exitCode = faults.length > 0 ? 1 : 0;

/** The regular expressions written as literals in a file. */
function literals(file) {
  const source = ts.createSourceFile(
    file,
    readFileSync(path.join(root, file), 'utf8'),
    ts.ScriptTarget.Latest,
  );
  const found = [];
  const visit = (node) => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      const expression = new RegExp(node.text.slice(1, end), node.text.slice(end + 1));
      found.push({ file: `${file}:${line}`, expression });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The regular expressions that modules of the server construct from strings when they are loaded. */
async function constructed() {
  const found = [];
  const Original = RegExp;
  for (const file of files) {
    if (!/new RegExp\(/.test(readFileSync(path.join(root, file), 'utf8'))) continue;
    globalThis.RegExp = new Proxy(Original, {
      construct(target, args) {
        const expression = new target(...args);
        if (new Error().stack.includes(file)) found.push({ file, expression });
        return expression;
      },
    });
    await import(pathToFileURL(path.join(root, file)).href);
    globalThis.RegExp = Original;
  }
  return found;
}

/** Returns a function that gives the text for which recheck finds an expression slow; null if it finds none. */
async function recheck() {
  process.env.RECHECK_BACKEND = 'pure';
  const { checkSync } = await import('recheck');
  return ({ source, flags }) => {
    const { attack } = checkSync(source, flags.replace(/[gd]/g, '').replace('v', 'u'), { timeout: 5_000 });
    return attack ?? null;
  };
}
