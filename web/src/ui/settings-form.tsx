import { Button, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ProblemError } from '../api/client.ts';
import { t } from '../locales/messages.ts';
import { CopyField } from './copy-field.tsx';
import { ProblemAlert } from './problem-alert.tsx';
import styles from './settings-form.module.css';

/** A form above the list of a page of the settings, which adds something to the list. */
export function SettingsForm({
  title,
  submitLabel = title,
  disabled = false,
  add: { mutate, isPending, error },
  close,
  children,
}: {
  title: string;
  submitLabel?: string;
  /** Whether something is missing that the fields themselves do not ask for. */
  disabled?: boolean;
  /** The mutation that adds it. */
  add: { mutate(): void; isPending: boolean; error: ProblemError | null };
  close(): void;
  /** The fields. */
  children: ReactNode;
}) {
  return (
    <section className={styles.form} aria-label={title}>
      <Title order={2} mb="md">
        {title}
      </Title>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          mutate();
        }}
      >
        <Stack gap="md" maw={560}>
          {children}
          <ProblemAlert problem={error} />
          <Group>
            <Button type="submit" loading={isPending} disabled={disabled}>
              {submitLabel}
            </Button>
            <Button variant="subtle" color="gray" onClick={close}>
              {t('common.cancel')}
            </Button>
          </Group>
        </Stack>
      </form>
    </section>
  );
}

/** What such a form made and what is shown once, such as a key, a secret or a link, to copy it. */
export function ShownOnce({
  title,
  text,
  value,
  label,
  copyLabel,
  close,
}: {
  title: string;
  text: string;
  value: string;
  label?: string;
  copyLabel?: string;
  close(): void;
}) {
  return (
    <section className={styles.form} aria-label={title}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      <Text mb="md">{text}</Text>
      <CopyField value={value} {...(label && { label })} {...(copyLabel && { copyLabel })} />
      <Button mt="md" variant="default" onClick={close}>
        {t('common.close')}
      </Button>
    </section>
  );
}
