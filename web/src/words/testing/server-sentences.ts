import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const server = fileURLToPath(new URL('../../../../server/src/', import.meta.url));

/**
 * Every sentence and remedy the server's source says to people, as written there; `{}` stands for what
 * changes. Found where they are given: as arguments of refusal() and as properties of those names.
 */
export function serverSentences(): string[] {
  const found = new Set<string>();
  for (const file of sources(server)) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    const constants = new Map<string, ts.Expression>();
    const visit = (node: ts.Node): void => {
      if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer)
        constants.set(node.name.text, node.initializer);
      ts.forEachChild(node, visit);
    };
    visit(source);
    const take = (node: ts.Expression | undefined, depth = 0): void => {
      if (!node || depth > 4) return;
      if (ts.isStringLiteralLike(node)) found.add(node.text);
      else if (ts.isTemplateExpression(node)) {
        found.add(node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join(''));
        // A whole sentence may stand in it by its name.
        for (const { expression } of node.templateSpans) {
          const named = ts.isIdentifier(expression) && constants.get(expression.text);
          if (named && ts.isStringLiteralLike(named) && /^[A-Z].*[.]$/.test(named.text))
            found.add(named.text);
        }
      } else if (ts.isConditionalExpression(node)) {
        take(node.whenTrue, depth + 1);
        take(node.whenFalse, depth + 1);
      } else if (ts.isIdentifier(node)) take(constants.get(node.text), depth + 1);
      else if (ts.isParenthesizedExpression(node)) take(node.expression, depth + 1);
    };
    const look = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && node.expression.getText(source) === 'createProblem') {
        take(node.arguments[2]);
        take(node.arguments[3]);
      }
      if (ts.isPropertyAssignment(node) && /^(sentence|remedy|title|detail)$/.test(node.name.getText(source)))
        take(node.initializer);
      if (ts.isShorthandPropertyAssignment(node) && /^(sentence|remedy|title|detail)$/.test(node.name.text))
        take(node.name);
      ts.forEachChild(node, look);
    };
    look(source);
  }
  return [...found]
    .filter((sentence) => sentence !== 'Postroom' && /[a-z]/.test(sentence.replaceAll('{}', '')))
    .sort();
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|testing\//.test(name))
    .map((name) => folder + name);
}
