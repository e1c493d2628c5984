import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root, trackedFiles } from './setup.mjs';

// A step of `npm test`: names and prose use the field's terms. terms.json lists the names, file names, codes,
// columns and phrases that must not come back, each with what to use instead ("" where it depends).

const terms = JSON.parse(readFileSync(path.join(root, 'scripts/terms.json'), 'utf8'));
const { names, files, codes } = Object.fromEntries(
  ['names', 'files', 'codes'].map((key) => [key, new Map(Object.entries(terms[key]))]),
);
const patterns = (table, toRegExp) => Object.entries(table).map(([old, use]) => [toRegExp(old), use]);
const suffixes = patterns(terms.suffixes, (old) => new RegExp(`(${old})$`));
const phrases = patterns({ ...terms.columns, ...terms.phrases }, (old) => new RegExp(`\\b(${old})\\b`, 'i'));
const faults = [];

for (const file of trackedFiles()) {
  if (terms.exempt.some((prefix) => file.startsWith(prefix))) continue;
  for (const part of file.split('/')) {
    const name = part.split('.')[0];
    if (files.has(name)) report(file, name, files.get(name));
  }
  if (!/\.(tsx?|mjs|sql|md|css|html)$/.test(file)) continue;
  const text = readFileSync(path.join(root, file), 'utf8');
  for (const [index, line] of text.split('\n').entries()) {
    for (const [phrase, use] of phrases) {
      const found = phrase.exec(line);
      if (found) report(`${file}:${index + 1}`, found[0], use);
    }
  }
  if (/\.(tsx?|mjs)$/.test(file)) checkNames(file, text);
}

if (faults.length > 0)
  console.error(`${faults.join('\n')}\n\n${faults.length} terms to replace (scripts/terms.json).`);
process.exitCode = faults.length > 0 ? 1 : 0;

function report(place, old, use) {
  faults.push(`${place}: “${old}” is not a term of the field${use && `; use ${use}`}`);
}

/** Checks every name that a file declares, and every string that is a code. */
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
      const use = names.get(name) ?? suffixes.find(([suffix]) => suffix.test(name))?.[1];
      if (use !== undefined) report(at(node), name, use);
    }
    if (ts.isStringLiteral(node) && codes.has(node.text)) report(at(node), node.text, codes.get(node.text));
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
