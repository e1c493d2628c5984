import { Alert, Button, Text } from '@mantine/core';
import { t } from '../../../locales/messages.ts';

/** Warns before the own address of a member is connected: everybody would read their mail (C5). */
export function OwnAddressWarning({
  address,
  name,
  isStarting,
  onUseAnother,
}: {
  address: string;
  name: string;
  isStarting: boolean;
  onUseAnother(): void;
}) {
  return (
    <Alert
      color="yellow"
      role="alert"
      title={t('connect.own.title', { address, name })}
      // The yellow of Mantine has too little contrast.
      styles={{ title: { color: 'var(--warning)' } }}
    >
      <Text size="sm">{t('connect.own.text')}</Text>
      <Button mt="sm" size="xs" variant="default" loading={isStarting} onClick={onUseAnother} autoFocus>
        {t('connect.own.useAnother')}
      </Button>
    </Alert>
  );
}
