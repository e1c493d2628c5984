import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { words } from '../../words/words.ts';

/** The backup codes, shown once for the user to store elsewhere. */
export function BackupCodes({ codes, onDone }: { codes: string[]; onDone(): void }) {
  const [copied, setCopied] = useState(false);
  const { security } = words.account;
  return (
    <Stack gap="md" align="start" aria-label={security.codes} role="group">
      <Text>{security.codesText}</Text>
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
        <Button onClick={onDone}>{security.kept}</Button>
        <Button
          variant="default"
          onClick={() => void navigator.clipboard?.writeText(codes.join('\n')).then(() => setCopied(true))}
        >
          {copied ? security.copied : security.copyCodes}
        </Button>
      </Group>
    </Stack>
  );
}
