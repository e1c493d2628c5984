import { escapeHtml } from '../../mail/html/escape-html.ts';
import { dataNames } from '../data-names.ts';

/** The data that a text of the form may name: not what the template shows at a place of its own. */
const names = new Set<string>(dataNames.filter((name) => !/^draft\.|emailSignature|avatarUrl/.test(name)));

/** Text of the form as HTML of a template, in which `{{customer.firstName}}` is filled and other braces stay text. */
export function formText(text: string): string {
  return text
    .split(/(\{\{\s*[\w.]+\s*\}\})/)
    .map((part, index) => {
      const name = part.slice(2, -2).trim();
      return index % 2 === 1 && names.has(name) ? `{{${name}}}` : asText(part);
    })
    .join('');
}

/** The same with the lines of the text. */
export function formLines(text: string): string {
  return text.trim().split(/\r?\n/).map(formText).join('<br>\n');
}

/** Text without data, such as an address on the web: braces are not read by Handlebars. */
export function asText(text: string): string {
  return escapeHtml(text).replaceAll('{', '&#123;').replaceAll('}', '&#125;');
}
