/** Mail programs whose rules are applied in previews: Gmail in a browser, its app, and Outlook on Windows. */
export const mailPrograms = ['gmail', 'gmail-app', 'outlook'] as const;
export type MailProgram = (typeof mailPrograms)[number];
