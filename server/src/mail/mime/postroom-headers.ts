import type { ParsedMail } from './parse-mime.ts';

/** The delivery a message of ours names (X-Postroom-Delivery), a UUID; null for other mail. */
export function deliveryIdOf(mail: ParsedMail): string | null {
  return idIn(mail, 'x-postroom-delivery');
}

/** What mail about a person's account names (mailboxes/account-mail.ts), a UUID; null for other mail. */
export function accountMailIdOf(mail: ParsedMail): string | null {
  return idIn(mail, 'x-postroom-account-mail');
}

function idIn(mail: ParsedMail, header: string): string | null {
  const field = mail.headers.find(({ name }) => name.toLowerCase() === header);
  const value = field?.value.trim() ?? '';
  return /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(value) ? value : null;
}

/** By this field the Sent copy of a template's test is known: it is no mail to anybody. */
export const templateTestHeader = 'X-Postroom-Test';

/** Whether a message says it is a template's test; believed of Sent copies only. */
export function isTemplateTest(mail: ParsedMail): boolean {
  return mail.headers.some(({ name }) => name.toLowerCase() === templateTestHeader.toLowerCase());
}
