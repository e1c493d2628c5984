/** Words that stand for a value where they are in brackets: `[Name]`, `{your company}`, `<Datum>`. */
const valueWords = new Set(
  [
    'name firstname lastname surname customer company date time number amount address link url product insert xxx',
    'vorname nachname kunde kundin kundenname firma datum uhrzeit nummer bestellnummer betrag adresse produkt einfügen',
    'nom prénom client cliente société date heure numéro montant adresse lien produit insérer',
  ].flatMap((words) => words.split(' ')),
);
const longestPlaceholderWords = 5;

/**
 * The placeholders of a text that nothing filled: `{{…}}`, and words in brackets that stand for a value, such as
 * `[your name]`. What the HTML shows as code is not looked at. Each once, as it is written.
 */
export function unfilledPlaceholders(html: string, subject = ''): string[] {
  const text = `${subject}\n${visibleText(html)}`;
  const fields = text.match(/\{\{[^{}\n]{1,200}\}\}/g) ?? [];
  const inBrackets = [
    ...text.matchAll(/\[([^[\]\n]{1,60})\]|(?<!\{)\{([^{}\n]{1,60})\}(?!\})|<([^<>\n]{1,60})>/g),
  ]
    .filter(([, ...inner]) => standsForValue(inner.find((one) => one !== undefined) ?? ''))
    .map(([whole]) => whole);
  return [...new Set([...fields, ...inBrackets])];
}

function standsForValue(text: string): boolean {
  if (!/^[\p{L}\p{M}\s_'’.…-]+$/u.test(text)) return false;
  const words = text
    .toLowerCase()
    .split(/[\s_'’.…-]+/)
    .filter(Boolean);
  return words.length <= longestPlaceholderWords && words.some((word) => valueWords.has(word));
}

function visibleText(html: string): string {
  return html
    .replace(/<(pre|code)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<(br|\/p|\/div|\/li|\/h\d|\/td|\/th|\/blockquote)\b[^<>]*>/gi, '\n')
    .replace(/<[^<>]*>/g, '')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}
