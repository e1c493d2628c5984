import { type StoredProblem, storedProblem } from '../problems.ts';

/** Why a template cannot be rendered, and at which line (from 1) if that is known. */
export type TemplateErrorDetails = { problem: StoredProblem; line: number | null };

/** A template cannot be rendered; the problem says why, for the admin who wrote it. `line` counts from 1. */
export class TemplateError extends Error {
  readonly problem: StoredProblem;
  readonly line: number | null;
  constructor({ problem, line }: TemplateErrorDetails) {
    super(problem.code);
    this.problem = problem;
    this.line = line;
  }
}

/** Describes an error of Handlebars for the admin who edits the template. */
export function describeTemplateError(template: string, { message }: Error): TemplateErrorDetails {
  const where = / - (\d+):\d+$/.exec(message)?.[1];
  const line = where ? Number(where) : null;
  const helper = /knownHelpersOnly, but used the unknown helper (\S+)/.exec(message)?.[1];
  if (helper) {
    return {
      problem: storedProblem('template-unknown-helper', { helper, line: line ?? 0 }),
      line,
    };
  }
  const [, open, close] = /^(\S+) doesn't match (\S+) - /.exec(message) ?? [];
  if (open && close) {
    return {
      problem: storedProblem('template-crossed-block', { open, close, line: line ?? 0 }),
      line,
    };
  }
  const partial = /partial (\S+) could not be found/.exec(message)?.[1];
  if (partial) {
    const found = lineOf(template, template.search(/\{\{#?~?>/));
    return {
      problem: storedProblem('template-partial', { partial, line: found ?? 0 }),
      line: found,
    };
  }
  const syntaxErrorLine = /(?:Parse|Lexical) error on line (\d+)/.exec(message)?.[1];
  if (syntaxErrorLine)
    return findOpenTag(template) ?? findOpenBlock(template) ?? syntaxError(Number(syntaxErrorLine));
  const text = `${message.split('\n')[0]!.slice(0, 300)}.`.replace('..', '.');
  return { problem: storedProblem('template-handlebars', { message: text }), line };
}

function syntaxError(line: number): TemplateErrorDetails {
  return { problem: storedProblem('template-unreadable', { line }), line };
}

/** Finds a `{{` that is not closed before the next one. */
function findOpenTag(template: string): TemplateErrorDetails | null {
  const text = withoutComments(template);
  for (const { index } of text.matchAll(/\{\{+/g)) {
    const rest = text.slice(index).replace(/^\{+/, '');
    const end = rest.indexOf('}}');
    const next = rest.indexOf('{{');
    if (end === -1 || (next !== -1 && next < end)) {
      const line = lineOf(text, index)!;
      return { problem: storedProblem('template-open-tag', { line }), line };
    }
  }
  return null;
}

/** Finds a block that is never closed, or an end without a block. */
function findOpenBlock(template: string): TemplateErrorDetails | null {
  const text = withoutComments(template);
  const open: Array<{ name: string; line: number }> = [];
  for (const { index, 1: kind, 2: name } of text.matchAll(/\{\{~?\s*(#|\/|\^)\s*([\w.-]+)/g)) {
    const line = lineOf(text, index)!;
    if (kind !== '/') open.push({ name: name!, line });
    else if (!open.pop())
      return { problem: storedProblem('template-stray-end', { name: name!, line }), line };
  }
  const last = open.pop();
  if (!last) return null;
  const { name, line } = last;
  return {
    problem: storedProblem('template-open-block', { name, line }),
    line,
  };
}

/** Replaces comments by spaces, so that line numbers stay the same. */
function withoutComments(template: string): string {
  return template.replace(/\{\{~?!(?:--[\s\S]*?(?:--~?\}\}|$)|[^}]*(?:\}\}?|$))/g, (comment) =>
    comment.replace(/[^\n]/g, ' '),
  );
}

function lineOf(text: string, index: number): number | null {
  return index < 0 ? null : text.slice(0, index).split('\n').length;
}
