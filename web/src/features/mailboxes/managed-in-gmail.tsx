import { Anchor, Text } from '@mantine/core';
import { t } from '../../locales/messages.ts';

/** Says where spam and domains are managed, which is not here (R2). */
export function ManagedInGmail() {
  const link = (href: string, text: string) => (
    <Anchor href={href} target="_blank" rel="noopener" inherit underline="always">
      {text}
    </Anchor>
  );
  return (
    <Text size="sm" c="var(--text-muted)" mt={4}>
      {t('email.inGmail')} {link('https://mail.google.com/mail/#settings/filters', t('email.gmailSettings'))}
      {' · '}
      {link('https://admin.google.com', t('email.adminConsole'))}
    </Text>
  );
}
