import { Button, Text, Title } from '@mantine/core';
import { t } from '../../locales/messages.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import styles from './integrations.module.css';

/** A key or secret, shown once, to copy it. */
export function SecretOnce({
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
  label: string;
  copyLabel: string;
  close(): void;
}) {
  return (
    <section className={styles.form} aria-label={title}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      <Text mb="md">{text}</Text>
      <CopyField value={value} label={label} copyLabel={copyLabel} />
      <Button mt="md" variant="default" onClick={close}>
        {t('common.close')}
      </Button>
    </section>
  );
}
