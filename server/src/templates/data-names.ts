import { loadLater } from '../load-later.ts';

const handlebars = loadLater<typeof import('handlebars')>('handlebars');

/** The data names of templates (S2), as in TemplateData; `custom` holds others of any name. */
export const dataNames = [
  'draft.htmlBody',
  'draft.textBody',
  'draft.language',
  'draft.direction',
  'user.name',
  'user.displayName',
  'user.email',
  'user.emailSignature',
  'user.avatarUrl',
  'customer.id',
  'customer.name',
  'customer.displayName',
  'customer.firstName',
  'customer.lastName',
  'customer.email',
  'conversation.id',
  'conversation.name',
  'conversation.subject',
  'conversation.status',
  'message.id',
  'message.subject',
  'message.sentAt',
] as const;

export type UnknownName = { name: string; line: number };

/**
 * Finds names in a template that do not exist and are therefore always empty, mostly misspellings. Names
 * inside {{#each}} and {{#with}} have another scope and are not checked. Returns nothing for a template
 * that cannot be parsed.
 */
export function unknownNames(template: string): UnknownName[] {
  const found: UnknownName[] = [];
  try {
    visit(handlebars().parse(template), found);
  } catch {
    return [];
  }
  return found;
}

type Node = hbs.AST.Node & Record<string, unknown>;

function visit(node: hbs.AST.Node, found: UnknownName[]): void {
  const { type, ...parts } = node as Node;
  if (type === 'PathExpression') {
    const { original, depth, data, loc } = node as hbs.AST.PathExpression;
    if (!data && depth === 0 && !isKnown(original)) found.push({ name: original, line: loc.start.line });
    return;
  }
  if (type === 'BlockStatement') {
    const { path, params, program, inverse } = node as hbs.AST.BlockStatement;
    for (const param of params) visit(param, found);
    const name = (path as hbs.AST.PathExpression).original;
    const changesScope = name !== 'if' && name !== 'unless';
    if (program && !changesScope) visit(program, found);
    if (inverse) visit(inverse, found);
    return;
  }
  const canBeCall = type === 'MustacheStatement' || type === 'SubExpression';
  const isCall = canBeCall && ((parts.params as unknown[]).length > 0 || parts.hash !== undefined);
  for (const [key, part] of Object.entries(parts)) {
    if (key === 'path' && isCall) continue;
    for (const child of [part].flat()) if (isNode(child)) visit(child, found);
  }
}

function isNode(value: unknown): value is hbs.AST.Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function isKnown(name: string): boolean {
  const plain = name.replace(/^this[./]/, '').replaceAll('/', '.');
  return (
    plain === 'this' ||
    dataNames.some((dataName) => dataName === plain || dataName.startsWith(`${plain}.`)) ||
    /^(customer|conversation)\.custom(\.|$)/.test(plain)
  );
}
