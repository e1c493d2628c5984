import Handlebars from 'handlebars';
import { escapeHtml } from '../mail/html/escape-html.ts';
import { signatureMark, textAlternative } from '../mail/html/text-alternative.ts';
import { removeForbiddenParts } from './forbidden-parts.ts';
import { inlineStyles } from './inline-styles.ts';
import { parseTemplate } from './parse-template.ts';
import { draftEnd, placeHistory, signatureEnd } from './place-history.ts';
import { describeTemplateError, TemplateError } from './template-errors.ts';
import { encodeUrlPart, replaceUrlParts } from './values-in-links.ts';

/** The data of a template, with Kustomer's names (S2; help.kustomer.com, "Data attributes available for email templates"). */
export type TemplateData = {
  draft: {
    htmlBody: string;
    textBody: string;
    /** ISO 639-1; left out if it is unknown. */
    language?: string;
    direction?: 'ltr' | 'rtl';
  };
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

/** The HTML and the text of a message, or of a part of one. */
export type Content = { html: string; text: string };

/** A separate environment: templates must not reach helpers that other code registers. */
const handlebars = Handlebars.create();
const encodeHelper = 'postroomEncodeUrlPart';
handlebars.registerHelper(encodeHelper, (value: unknown) => encodeUrlPart(withoutMarks(String(value ?? ''))));
const compiled = new Map<string, HandlebarsTemplateDelegate>();
const maxCompiled = 100;

/**
 * Renders the HTML and text of a message. A template can use its data and the built-in helpers, but no
 * prototypes and no partials. Styles are inlined, because mail clients drop style sheets, and scripts and forms
 * are removed. `{{draft.htmlBody}}` is not escaped, as in Kustomer; `{{draft.textBody}}` keeps its lines.
 * In a URL a value is encoded. `quoted`: earlier messages to quote inside the template's frame. Throws a
 * TemplateError for invalid Handlebars.
 */
export function renderTemplate(template: string, data: TemplateData, quoted: Content | null = null): Content {
  const { draft, user } = data;
  const end = (mark: string) => (quoted ? mark : '');
  let rendered: string;
  try {
    rendered = compile(template)(
      {
        ...data,
        draft: {
          ...draft,
          htmlBody: asHtml(draft.htmlBody, end(draftEnd)),
          textBody: asHtml(linesOf(draft.textBody), end(draftEnd)),
        },
        user: {
          ...user,
          emailSignature: asHtml(withSignatureMark(user.emailSignature), end(signatureEnd)),
        },
      },
      { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false },
    );
  } catch (error) {
    throw new TemplateError(describeTemplateError(template, error as Error));
  }
  const $ = parseTemplate(rendered);
  removeForbiddenParts($);
  inlineStyles($);
  const text = textAlternative($.html());
  if (!quoted) return { html: withoutMarks($.html()), text };
  placeHistory($, quoted.html);
  return { html: withoutMarks($.html()), text: `${text}\n\n${quoted.text}` };
}

/** Without text, such as a logo alone, a signature has none in the text of the message, and no start. */
function withSignatureMark(signature: string): string {
  return signature && textAlternative(signature) ? signatureMark + signature : signature;
}

/** Also those in an attribute, which are no comments. */
function withoutMarks(html: string): string {
  return html.replaceAll(signatureMark, '').replaceAll(draftEnd, '').replaceAll(signatureEnd, '');
}

/** HTML that is not escaped again. Without content it is no object, which `{{#if}}` would take for a value. */
function asHtml(html: string, end: string): hbs.SafeString | string {
  return html && new handlebars.SafeString(html + end);
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
