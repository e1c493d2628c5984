import type { ParsedMail } from './parse-mime.ts';

/** The delivery id (a UUID) that Postroom puts into mail it sends (X-Postroom-Delivery); null for other mail. */
export function deliveryIdOf(mail: ParsedMail): string | null {
  return idIn(mail, 'x-postroom-delivery');
}

/** The id (a UUID) in mail about a person's account (notifications/account-mail.ts); null for other mail. */
export function accountMailIdOf(mail: ParsedMail): string | null {
  return idIn(mail, 'x-postroom-account-mail');
}

function idIn(mail: ParsedMail, header: string): string | null {
  const field = mail.headers.find(({ name }) => name.toLowerCase() === header);
  const value = field?.value.trim() ?? '';
  return /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(value) ? value : null;
}

/** Marks a template's test, so that its copy in Sent is not stored as a message to a customer. */
export const templateTestHeader = 'X-Postroom-Test';

/** Whether a message has the header of a template's test. Trust it for copies in Sent only: anyone can set it. */
export function isTemplateTest(mail: ParsedMail): boolean {
  return mail.headers.some(({ name }) => name.toLowerCase() === templateTestHeader.toLowerCase());
}
