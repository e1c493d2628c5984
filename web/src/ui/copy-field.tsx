import { Button, Group, TextInput } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { t } from '../locales/messages.ts';

/** A read-only link, or another text, with a button that copies it. */
export function CopyField({
  value,
  label = t('people.link.label'),
  copyLabel = t('people.link.copy'),
}: {
  value: string;
  label?: string;
  copyLabel?: string;
}) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    // The clipboard API needs HTTPS: without it the text is selected, for the user to copy.
    await navigator.clipboard?.writeText(value).then(
      () => setCopied(true),
      () => {},
    );
    field.current?.select();
  };
  return (
    <Group align="end" gap="xs" wrap="nowrap">
      <TextInput
        ref={field}
        label={label}
        value={value}
        readOnly
        flex={1}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <Button
        variant="default"
        leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
        onClick={() => void copy()}
      >
        {copied ? t('people.link.copied') : copyLabel}
      </Button>
    </Group>
  );
}
