import type { TemplateForm } from '../../database/column-types.ts';
import { mix, readableOn, textOn } from './colors.ts';
import { asText, formLines, formText } from './form-text.ts';

/** Each mail-safe font with what takes its place where it is missing. */
export const fontStacks: Record<TemplateForm['font'], string> = {
  arial: 'Arial, Helvetica, sans-serif',
  verdana: 'Verdana, Geneva, sans-serif',
  tahoma: 'Tahoma, Verdana, sans-serif',
  trebuchet: "'Trebuchet MS', Helvetica, sans-serif",
  georgia: "Georgia, 'Times New Roman', serif",
  times: "'Times New Roman', Times, serif",
  courier: "'Courier New', Courier, monospace",
};

/**
 * The HTML of a template with the values of its form. It is laid out by tables with attributes, because Outlook on
 * Windows knows no `max-width` and no padding outside of cells; its styles are in one short style sheet, which is
 * inlined when a message is sent (inline-styles.ts), and which people can change.
 */
export function templateHtml(form: TemplateForm): string {
  const { width } = form;
  return `<!doctype html>
<html lang="{{draft.language}}" dir="{{draft.direction}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{{message.subject}}</title>
<style>
${styleSheet(form)}
</style>
</head>
<body class="page">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="${form.colors.page}" lang="{{draft.language}}" dir="{{draft.direction}}">
<tr><td class="outside" align="center">
<!--[if mso]><table role="presentation" width="${width}" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" class="frame" width="100%" cellpadding="0" cellspacing="0" border="0">
${[headerRow(form), contentRow(form), footerRow(form)].filter(Boolean).join('\n')}
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
`;
}

function headerRow({ logo, header, colors, align }: TemplateForm): string {
  const parts = [
    logo &&
      `<img src="cid:${logo.pictureId}@postroom" width="${logo.width}" height="${logo.height}" alt="${asText(logo.alt)}">`,
    header.text.trim() && `<p class="name">${formLines(header.text)}</p>`,
  ].filter(Boolean);
  if (parts.length === 0) return '';
  const background = header.band ? colors.brand : colors.card;
  return `<tr><td class="${header.band ? 'header' : 'header plain'}"${cell(align)} bgcolor="${background}">
${parts.join('\n')}
</td></tr>`;
}

/** The signature and the quoted messages stand in the cell of the message (place-history.ts). */
function contentRow({ colors, signatureLine }: TemplateForm): string {
  const signature = signatureLine
    ? '\n{{#if user.emailSignature}}<div class="signature">{{user.emailSignature}}</div>{{/if}}'
    : '';
  return `<tr><td class="content" bgcolor="${colors.card}">
{{draft.htmlBody}}${signature}
</td></tr>`;
}

function footerRow({ footer, align }: TemplateForm): string {
  const text = footer.text.trim() && `<p>${formLines(footer.text)}</p>`;
  const links = footer.links.filter(({ label, url }) => label.trim() && url.trim());
  const parts = [links.length > 0 && (footer.buttons ? buttons(links, align) : linkLine(links)), text];
  const shown = parts.filter(Boolean);
  if (shown.length === 0) return '';
  return `<tr><td class="footer"${cell(align)}>
${shown.join('\n')}
</td></tr>`;
}

type Links = TemplateForm['footer']['links'];

const anchor = ({ label, url }: Links[number]) =>
  `<a href="${asText(url.trim())}">${formText(label.trim())}</a>`;

function linkLine(links: Links): string {
  return `<p>${links.map(anchor).join(' &middot;\n')}</p>`;
}

/** Buttons are cells: Outlook on Windows ignores the padding of a link. */
function buttons(links: Links, align: TemplateForm['align']): string {
  const cells = links.map((link) => `<td class="button">${anchor(link)}</td>`);
  const placed = align === 'center' ? ' align="center"' : '';
  return `<table role="presentation" class="buttons" cellpadding="0" cellspacing="6" border="0"${placed}><tr>
${cells.join('\n')}
</tr></table>`;
}

/** Cells begin at the start of the reading direction by themselves. */
const cell = (align: TemplateForm['align']) => (align === 'center' ? ' align="center"' : '');

/** Only rules that match something: inlining leaves others in the style sheet. */
function styleSheet(form: TemplateForm): string {
  const { colors, font, width, header, footer, logo, signatureLine } = form;
  const family = `font-family: ${fontStacks[font]};`;
  const onBrand = textOn(colors.brand);
  const top = header.band
    ? { behind: colors.brand, text: onBrand }
    : { behind: colors.card, text: colors.brand };
  const footerText = readableOn(mix(colors.text, colors.page, 0.3), colors.page);
  const line = mix(colors.card, colors.text, 0.2);
  const rules = [
    ':root { color-scheme: light dark; supported-color-schemes: light dark; }',
    `.page { margin: 0; padding: 0; background-color: ${colors.page}; }`,
    '.outside { padding: 24px 12px; }',
    `.frame { width: 100%; max-width: ${width}px; ${family} }`,
    logo && '.header img { border: 0; max-width: 100%; }',
    `.header { padding: 20px 28px; background-color: ${top.behind}; }`,
    `.header .name { margin: 0; color: ${top.text}; ${family} font-size: 18px; font-weight: bold; line-height: 1.4; }`,
    `.content { padding: 24px 28px; background-color: ${colors.card}; color: ${colors.text}; ${family} font-size: 15px; line-height: 1.5; }`,
    `.content a { color: ${colors.brand}; }`,
    signatureLine && `.signature { margin-top: 20px; border-top: 1px solid ${line}; padding-top: 12px; }`,
    `.footer { padding: 16px 28px; color: ${footerText}; ${family} font-size: 13px; line-height: 1.5; }`,
    '.footer p { margin: 0 0 8px; }',
    `.footer a { color: ${footerText}; }`,
    footer.buttons &&
      `.footer .button { padding: 9px 16px; border-radius: 6px; background-color: ${colors.brand}; }`,
    footer.buttons && `.footer .button a { color: ${onBrand}; text-decoration: none; }`,
  ];
  return `${rules.filter(Boolean).join('\n')}
@media (max-width: 480px) {
  .outside { padding: 0; }
  .header, .content, .footer { padding-left: 16px; padding-right: 16px; }
}
${darkRules(colors.brand, footer.buttons && onBrand)}`;
}

function darkRules(brand: string, onBrand: string | false): string {
  const dark = darkColors(brand);
  return `@media (prefers-color-scheme: dark) {
  .page { background-color: ${dark.page}; }
  .content, .plain { background-color: ${dark.card}; }
  .content { color: ${dark.text}; }
  .content a, .plain .name { color: ${dark.link}; }
  .footer, .footer a { color: ${dark.footer}; }${onBrand ? `\n  .footer .button a { color: ${onBrand}; }` : ''}
}`;
}

/** For mail programs that ask for dark colors; the brand color is lightened until it can be read. */
export function darkColors(brand: string) {
  const [page, card] = ['#121212', '#1f1f1f'];
  return { page, card, text: '#f0f0f0', footer: '#b5b5b5', link: readableOn(brand, card) };
}
