import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../locales/messages.ts';

/** The backup codes, shown once for the user to store elsewhere. */
export function BackupCodes({ codes, onDone }: { codes: string[]; onDone(): void }) {
  const [copied, setCopied] = useState(false);
  return (
    <Stack gap="md" align="start" aria-label={t('account.security.codes')} role="group">
      <Text>{t('account.security.codesText')}</Text>
      <ul
        style={{
          columns: '2 140px',
          listStyle: 'none',
          margin: 0,
          padding: 0,
          fontFamily: 'var(--mantine-font-family-monospace)',
        }}
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Group>
        <Button onClick={onDone}>{t('account.security.kept')}</Button>
        <Button
          variant="default"
          onClick={() => void navigator.clipboard?.writeText(codes.join('\n')).then(() => setCopied(true))}
        >
          {copied ? t('account.security.copied') : t('account.security.copyCodes')}
        </Button>
      </Group>
    </Stack>
  );
}
