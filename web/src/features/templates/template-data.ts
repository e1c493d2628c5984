import { t } from '../../locales/messages.ts';

const names = [
  'draft.htmlBody',
  'draft.textBody',
  'draft.language',
  'draft.direction',
  'user.name',
  'user.displayName',
  'user.email',
  'user.emailSignature',
  'user.avatarUrl',
  'customer.id',
  'customer.name',
  'customer.displayName',
  'customer.firstName',
  'customer.lastName',
  'customer.email',
  'conversation.id',
  'conversation.name',
  'conversation.subject',
  'conversation.status',
  'message.id',
  'message.subject',
  'message.sentAt',
] as const;

/** The data a template can be filled with: each name, and what it stands for. */
export function templateData(): Array<{ name: string; meaning: string }> {
  return names.map((name) => ({ name, meaning: t(`templates.names.${name}`) }));
}
