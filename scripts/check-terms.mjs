import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from './setup.mjs';

// A check of `npm test`: names and prose use the field's terms. terms.json lists what may not come back:
// declared names, file names, words that no name may contain, stored codes, and phrases in prose.

const terms = JSON.parse(readFileSync(path.join(root, 'scripts/terms.json'), 'utf8'));
const names = new Set(terms.names);
const files = new Set(terms.files);
const codes = new Set(terms.codes);
const suffixes = new RegExp(`(${terms.suffixes.join('|')})$`);
const phrases = new RegExp(`\\b(${terms.phrases.join('|')})\\b`, 'i');
const faults = [];

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
});
for (const file of tracked.split('\n').filter((name) => name && existsSync(path.join(root, name)))) {
  if (terms.exempt.some((prefix) => file.startsWith(prefix))) continue;
  for (const part of file.split('/')) {
    if (files.has(part.split('.')[0])) faults.push(`${file}: the name ${part} is not a term of the field`);
  }
  if (!/\.(tsx?|mjs|sql|md|css|html)$/.test(file)) continue;
  const text = readFileSync(path.join(root, file), 'utf8');
  text.split('\n').forEach((line, index) => {
    const found = phrases.exec(line);
    if (found) faults.push(`${file}:${index + 1}: “${found[0]}” in plain words, please`);
  });
  if (/\.(tsx?|mjs)$/.test(file)) checkNames(file, text);
}

if (faults.length > 0)
  console.error(`${faults.join('\n')}\n\n${faults.length} terms to replace (scripts/terms.json).`);
process.exitCode = faults.length > 0 ? 1 : 0;

/** Every name a file declares, and every string of it that is a code. */
function checkNames(file, text) {
  const source = ts.createSourceFile(
    file,
    text,
    ts.ScriptTarget.Latest,
    true,
    file.endsWith('x') ? ts.ScriptKind.TSX : undefined,
  );
  const at = (node) => `${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`;
  const visit = (node) => {
    if (isDeclaration(node) && node.name && ts.isIdentifier(node.name)) {
      const name = node.name.text;
      if (names.has(name) || suffixes.test(name))
        faults.push(`${at(node)}: ${name} is not a term of the field`);
    }
    if (ts.isStringLiteral(node) && codes.has(node.text)) faults.push(`${at(node)}: the code ${node.text}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
}

function isDeclaration(node) {
  return (
    ts.isFunctionLike(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isBindingElement(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isPropertySignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isPropertyAssignment(node) ||
    ts.isShorthandPropertyAssignment(node)
  );
}
