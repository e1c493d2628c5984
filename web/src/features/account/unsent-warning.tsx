import { Button, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { t } from '../../locales/messages.ts';

let shown = '';

/** Says what only this browser has, which signing out deletes, and offers to sign out all the same. */
export function showUnsentWarning(
  { messages, texts }: { messages: number; texts: number },
  signOut: () => void,
): void {
  // In the place of the one before, which may count otherwise.
  notifications.hide(shown);
  const id = `unsent-warning-${Date.now()}`;
  shown = id;
  notifications.show({
    id,
    color: 'yellow',
    autoClose: false,
    message: (
      <Stack gap="xs" align="flex-start">
        {messages > 0 && <Text size="sm">{t('outbox.signOut', { count: messages })}</Text>}
        {texts > 0 && <Text size="sm">{t('outbox.signOutTexts', { count: texts })}</Text>}
        <Button
          size="compact-sm"
          color="red"
          onClick={() => {
            notifications.hide(id);
            signOut();
          }}
        >
          {t('outbox.signOutAnyway')}
        </Button>
      </Stack>
    ),
  });
}
