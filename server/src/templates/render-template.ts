import Handlebars from 'handlebars';
import juice from 'juice';
import { escapeHtml } from '../mail/html/escape-html.ts';
import { textFromHtml } from '../mail/html/text-from-html.ts';
import type { StoredProblem } from '../problems.ts';
import { describeTemplateError, type TemplateErrorDetails } from './template-errors.ts';
import { encodeUrlPart, replaceUrlParts } from './values-in-links.ts';

/** The data of a template, with Kustomer's names (S2; help.kustomer.com, "Data attributes available for email templates"). */
export type TemplateData = {
  draft: { htmlBody: string; textBody: string };
  user: { name: string; displayName: string; email: string; emailSignature: string; avatarUrl: string };
  customer: {
    id: string;
    name: string;
    displayName: string;
    firstName: string;
    lastName: string;
    email: string;
    custom: Record<string, string>;
  };
  conversation: { id: string; name: string; subject: string; status: string; custom: Record<string, string> };
  message: { id: string; subject: string; sentAt: string };
};

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

/**
 * Rendered HTML holds no template code. If a person wrote `{{` and `}}`, juice would treat what is between
 * them as code and skip the tags there.
 */
for (const kind of Object.keys(juice.codeBlocks)) delete juice.codeBlocks[kind];

/** A separate environment: templates must not reach helpers that other code registers. */
const handlebars = Handlebars.create();
const encodeHelper = 'postroomEncodeUrlPart';
handlebars.registerHelper(encodeHelper, (value: unknown) => encodeUrlPart(String(value ?? '')));
const compiled = new Map<string, HandlebarsTemplateDelegate>();
const maxCompiled = 100;

/**
 * Renders the HTML and text of a message. A template can use its data and the built-in helpers, but no
 * prototypes and no partials. Styles are inlined, because mail clients drop style sheets.
 * `{{draft.htmlBody}}` is not escaped, as in Kustomer; `{{draft.textBody}}` keeps its lines.
 * In a URL a value is encoded. Throws a TemplateError for invalid Handlebars.
 */
export function renderTemplate(template: string, data: TemplateData): { html: string; text: string } {
  const { draft, user } = data;
  let rendered: string;
  try {
    rendered = compile(template)(
      {
        ...data,
        draft: { htmlBody: asHtml(draft.htmlBody), textBody: asHtml(linesOf(draft.textBody)) },
        user: { ...user, emailSignature: asHtml(user.emailSignature) },
      },
      { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false },
    );
  } catch (error) {
    throw new TemplateError(describeTemplateError(template, error as Error));
  }
  const html = juice(rendered, { preserveMediaQueries: true, preserveFontFaces: false });
  return { html, text: textFromHtml(html) };
}

/** HTML that is not escaped again. Without content it is no object, which `{{#if}}` would take for a value. */
function asHtml(html: string): hbs.SafeString | string {
  return html && new handlebars.SafeString(html);
}

/** Plain text as HTML, with its lines. */
function linesOf(text = ''): string {
  return escapeHtml(text).replace(/\r?\n/g, '<br>');
}

/** A name, or a lookup of one, as it stands in a template. */
const value = /\{?\{\{~?\s*((?:(?:this|\.\.|@root)[./])*[a-z][\w./]*|lookup\s[^{}~]*[^\s{}~])\s*~?\}\}\}?/gi;

function withEncodedUrls(template: string): string {
  return replaceUrlParts(template, value, (name) =>
    /^(else|this)$/.test(name)
      ? `{{${name}}}`
      : `{{${encodeHelper} ${/\s/.test(name) ? `(${name})` : name}}}`,
  );
}

function compile(template: string): HandlebarsTemplateDelegate {
  const cached = compiled.get(template);
  if (cached) return cached;
  const made = handlebars.compile(withEncodedUrls(template), {
    knownHelpersOnly: true,
    knownHelpers: { [encodeHelper]: true },
    preventIndent: true,
  });
  if (compiled.size >= maxCompiled) compiled.clear();
  compiled.set(template, made);
  return made;
}
