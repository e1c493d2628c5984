type ColorScheme = 'light' | 'dark';

const query = /\(\s*prefers-color-scheme\s*(?::\s*(light|dark)\s*)?\)/gi;
/** Where the queries of a document are kept as they were written. */
const written = new WeakMap<object, string>();

/**
 * Shows a mail in a color scheme, whatever the reader's own is: its media queries are answered for it, and what
 * the browser draws follows where the mail says that it supports it. Browsers do not agree on whether a frame
 * passes its color scheme on (CSS Color Adjustment, section 2).
 */
export function showColorScheme(mail: Document, colorScheme: ColorScheme): void {
  for (const sheet of mail.styleSheets) {
    answerQuery(sheet.media, colorScheme);
    answerRules(rulesOf(sheet), colorScheme);
  }
  for (const source of mail.querySelectorAll<HTMLSourceElement>('source[media]')) {
    const media = remember(source, source.media);
    source.media = answer(media, colorScheme);
  }
  const root = mail.documentElement;
  root.style.removeProperty('color-scheme');
  const styled = mail.defaultView?.getComputedStyle(root).colorScheme;
  const supported =
    styled && styled !== 'normal'
      ? styled
      : (mail.querySelector<HTMLMetaElement>('meta[name="color-scheme" i]')?.content ?? '');
  const isSupported = new RegExp(`\\b${colorScheme}\\b`).test(supported);
  root.style.setProperty('color-scheme', isSupported ? colorScheme : 'light', 'important');
}

function answerRules(rules: Iterable<CSSRule>, colorScheme: ColorScheme): void {
  for (const rule of rules) {
    if ('media' in rule) answerQuery(rule.media as MediaList, colorScheme);
    if ('cssRules' in rule) answerRules(rule.cssRules as CSSRuleList, colorScheme);
  }
}

function answerQuery(media: MediaList, colorScheme: ColorScheme): void {
  const text = remember(media, media.mediaText);
  if (/prefers-color-scheme/i.test(text)) media.mediaText = answer(text, colorScheme);
}

function answer(media: string, colorScheme: ColorScheme): string {
  return media.replace(query, (_all, asked?: string) =>
    (asked?.toLowerCase() ?? colorScheme) === colorScheme ? '(min-width:0px)' : '(max-width:0px)',
  );
}

function remember(media: object, text: string): string {
  const known = written.get(media) ?? text;
  written.set(media, known);
  return known;
}

/** A style sheet of another site cannot be read. */
function rulesOf(sheet: CSSStyleSheet): Iterable<CSSRule> {
  try {
    return sheet.cssRules;
  } catch {
    return [];
  }
}
