import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { t } from '../../locales/messages.ts';
import styles from './google-guide.module.css';

/** A value to enter elsewhere, with a button that copies it. */
export function CopyValue({ label, value }: { label: string; value: string }) {
  return (
    <div className={styles.value}>
      <pre>{value}</pre>
      <CopyButton value={value} timeout={2_000}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t('google.copied') : t('google.copy', { what: label })}>
            <ActionIcon
              variant="subtle"
              color={copied ? 'green' : 'gray'}
              aria-label={copied ? t('google.copied') : t('google.copy', { what: label })}
              onClick={copy}
            >
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}
