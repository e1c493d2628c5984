import Handlebars from 'handlebars';
import juice from 'juice';
import { textFromHtml } from '../mail/text-from-html.ts';

/** The data of a template, by Kustomer's names (S2). */
export type TemplateData = {
  draft: { htmlBody: string; textBody: string };
  user: { name: string; displayName: string; email: string; emailSignature: string; avatarUrl: string };
  customer: { name: string; firstName: string; email: string };
  conversation: { id: string; subject: string };
  message: { subject: string };
};

/** Handlebars of our own: nothing another part registers is within a template's reach. */
const handlebars = Handlebars.create();

/**
 * The HTML and text of a message. `template` null is Blank: the written words and nothing else.
 * A template sees its data only: no prototypes, no partials, the built-in helpers. Styles are put
 * inline, as mail clients drop style sheets. Throws where the template is not valid Handlebars.
 */
export function render(template: string | null, data: TemplateData): { html: string; text: string } {
  if (template === null) return { html: data.draft.htmlBody, text: data.draft.textBody };
  const fill = handlebars.compile(template, { knownHelpersOnly: true, preventIndent: true });
  const filled = fill(
    { ...data, draft: { ...data.draft, htmlBody: new handlebars.SafeString(data.draft.htmlBody) } },
    { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false },
  );
  const html = juice(filled, { preserveMediaQueries: true, preserveFontFaces: false });
  return { html, text: textFromHtml(html) };
}
