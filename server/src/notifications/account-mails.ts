import { translate } from '../locales/translate.ts';

/** What a mail of Postroom's own says, in its reader's language; null or unknown: English. */
type MailText = { subject: string; paragraphs: string[] };
type Language = string | null | undefined;

export function invitationMail(
  language: Language,
  { by, organization }: { by: { name: string; email: string }; organization: string },
): MailText {
  const { name, email } = by;
  return {
    subject: translate(language, 'mail.invitation.subject', { by: name, organization }),
    paragraphs: [
      translate(language, 'mail.invitation.text', { name, email, organization }),
      translate(language, 'mail.invitation.link'),
    ],
  };
}

export function passwordMail(language: Language): MailText {
  return {
    subject: translate(language, 'mail.password.subject'),
    paragraphs: [translate(language, 'mail.password.text'), translate(language, 'mail.password.link')],
  };
}

/** `name`: of the reader; `address`: of the mailbox it is sent through. */
export function testMail(
  language: Language,
  { name, address }: { name: string; address: string },
): MailText {
  return {
    subject: translate(language, 'mail.test.subject', { address }),
    paragraphs: [
      translate(language, 'mail.test.greeting', { name }),
      translate(language, 'mail.test.text', { address }),
      translate(language, 'mail.test.answer'),
    ],
  };
}
