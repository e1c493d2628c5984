import { gmailAppDark, outlookDark, withDarkColors } from './dark-colors.ts';
import { inGmail } from './gmail.ts';
import { inOutlook } from './outlook.ts';
import type { ShownMail } from './shown-mail.ts';

/** Mail programs whose rules are applied in previews: Gmail in a browser, its app, and Outlook on Windows. */
export const mailPrograms = ['gmail', 'gmail-app', 'outlook'] as const;
export type MailProgram = (typeof mailPrograms)[number];

/**
 * A message as a mail program shows it, in its dark mode if `dark`. Gmail in a browser changes no colors. `html` is as
 * it is sent: pictures of the message are still `cid:`.
 */
export function shownBy(program: MailProgram, html: string, dark: boolean): ShownMail {
  const shown = program === 'outlook' ? inOutlook(html) : inGmail(html);
  if (!dark || program === 'gmail') return shown;
  return { ...shown, html: withDarkColors(shown.html, program === 'outlook' ? outlookDark : gmailAppDark) };
}
