import { ActionIcon, Group, Text } from '@mantine/core';
import { IconExternalLink, IconX } from '@tabler/icons-react';
import { words } from '../../../words/words.ts';
import styles from '../styles/composer.module.css';

/** What is being written, and the ways out: to a window of its own, or away, with everything kept. */
export function Head({
  name,
  save,
  popOut,
  leave,
  close,
}: {
  name: string;
  save(): Promise<unknown>;
  popOut?: (() => void) | undefined;
  /** The window of its own goes on with the draft, also an empty one. */
  leave(): void;
  close(): void;
}) {
  const look = { variant: 'subtle', color: 'gray', size: 26 } as const;
  return (
    <header className={styles.head}>
      <Text fw={600} size="sm" component="h2">
        {name}
      </Text>
      <Group gap={2}>
        {popOut && (
          <ActionIcon
            {...look}
            className="not-narrow"
            aria-label={words.composer.popOut}
            title={words.composer.popOut}
            // The window is opened in the click itself, or the browser takes it for an advertisement.
            onClick={() => {
              const saving = save();
              popOut();
              void saving.then(leave);
            }}
          >
            <IconExternalLink size={16} />
          </ActionIcon>
        )}
        <ActionIcon {...look} aria-label={words.composer.close} title={words.composer.close} onClick={close}>
          <IconX size={16} />
        </ActionIcon>
      </Group>
    </header>
  );
}
