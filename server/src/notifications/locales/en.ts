import { type Disconnection, disconnections } from '../../google/disconnections.ts';

type SubjectAndSender = { writer: string; subject: string };

/** Every word of the mails Postroom itself writes to its users, in English; another language is another object of this shape. */
export const en = {
  invitation: {
    subject: (by: string, inbox: string) => `${by} invites you to ${inbox} in Postroom`,
    paragraphs: (by: { name: string; email: string }, inbox: string) => [
      `${by.name} (${by.email}) invites you to answer mail together in ${inbox}, with Postroom.`,
      'Open this link within a week to choose your password and begin. It works once.',
    ],
  },
  password: {
    subject: 'A new password for Postroom',
    paragraphs: [
      'Somebody, probably you, asked for a new password for your Postroom account.',
      'Open this link within an hour to choose one. It works once. If it was not you, nothing has changed and nothing needs to be done.',
    ],
  },
  notice: {
    footer: 'You chose to be told by mail. Change it in Postroom under Settings > Notifications.',
    noSubject: '(no subject)',
    colleague: 'A colleague',
    mention: ({ writer, subject }: SubjectAndSender) => `${writer} mentioned you in “${subject}”`,
    assigned: ({ writer, subject }: SubjectAndSender) => `${writer} wrote to you in “${subject}”.`,
    unassigned: ({ writer, subject }: SubjectAndSender) =>
      `${writer} began “${subject}”, which nobody has taken yet.`,
    disconnected: (address: string) => `${address} is disconnected from Gmail`,
    connected: (address: string) => `${address} is connected again`,
    connectedText: 'It receives and sends again.',
  },
  /** Why an address is disconnected, and what to do. */
  disconnection: (code: Disconnection): string[] => [
    disconnections[code].sentence,
    disconnections[code].remedy,
  ],
  test: {
    subject: (address: string) => `Test message from ${address}`,
    paragraphs: (name: string, address: string) => [
      `Hello ${name},`,
      `this message came from Postroom through ${address}. What customers get looks like this.`,
      'Answer it, and your answer appears in the inbox of Postroom.',
    ],
  },
};

export type MailTexts = typeof en;
