import { Button, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { t } from '../../locales/messages.ts';

/** Says that messages wait to leave, which signing out deletes, and offers to sign out all the same. */
export function showUnsentWarning(count: number, signOut: () => void): void {
  const id = 'unsent-warning';
  notifications.show({
    id,
    color: 'yellow',
    autoClose: false,
    message: (
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t('outbox.signOut', { count })}</Text>
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
