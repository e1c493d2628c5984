import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { words } from '../../words/words.ts';
import styles from './google-guide.module.css';

/** A value to enter elsewhere, with a button that copies it. */
export function CopyValue({ label, value }: { label: string; value: string }) {
  return (
    <div className={styles.value}>
      <pre>{value}</pre>
      <CopyButton value={value} timeout={2_000}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? words.google.copied : words.google.copy(label)}>
            <ActionIcon
              variant="subtle"
              color={copied ? 'green' : 'gray'}
              aria-label={copied ? words.google.copied : words.google.copy(label)}
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
