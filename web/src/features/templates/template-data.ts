import { t } from '../../locales/messages.ts';

const names = [
  'draft.htmlBody',
  'draft.textBody',
  'user.name',
  'user.displayName',
  'user.email',
  'user.emailSignature',
  'user.avatarUrl',
  'customer.id',
  'customer.name',
  'customer.firstName',
  'customer.lastName',
  'customer.email',
  'conversation.id',
  'conversation.name',
  'conversation.subject',
  'message.id',
  'message.subject',
] as const;

/** The data a template can be filled with: each name, and what it stands for. */
export function templateData(): Array<{ name: string; meaning: string }> {
  return names.map((name) => ({ name, meaning: t(`templates.names.${name}`) }));
}
