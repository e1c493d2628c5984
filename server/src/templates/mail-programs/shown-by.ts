import { gmailAppDark, outlookDark, withDarkColors } from './dark-colors.ts';
import { inGmail } from './gmail.ts';
import type { MailProgram } from './mail-programs.ts';
import { inOutlook } from './outlook.ts';
import type { ShownMail } from './shown-mail.ts';

/**
 * A message as a mail program shows it, in its dark mode if `dark`. Gmail in a browser changes no colors. `html` is as
 * it is sent: pictures of the message are still `cid:`.
 */
export function shownBy(program: MailProgram, html: string, dark: boolean): ShownMail {
  const shown = program === 'outlook' ? inOutlook(html) : inGmail(html);
  if (!dark || program === 'gmail') return shown;
  return { ...shown, html: withDarkColors(shown.html, program === 'outlook' ? outlookDark : gmailAppDark) };
}
