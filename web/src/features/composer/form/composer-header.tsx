import { ActionIcon, Group, Text } from '@mantine/core';
import { IconExternalLink, IconX } from '@tabler/icons-react';
import { t } from '../../../locales/messages.ts';
import styles from '../styles/composer.module.css';

/** What is being written, and the ways out: to a window of its own, or away, with everything kept. */
export function ComposerHeader({
  title,
  save,
  onPopOut,
  onLeave,
  onClose,
}: {
  title: string;
  save(): Promise<unknown>;
  onPopOut?: (() => void) | undefined;
  /** The window of its own goes on with the draft, also an empty one. */
  onLeave(): void;
  onClose(): void;
}) {
  const buttonProps = { variant: 'subtle', color: 'gray', size: 26 } as const;
  return (
    <header className={styles.head}>
      <Text fw={600} size="sm" component="h2">
        {title}
      </Text>
      <Group gap={2}>
        {onPopOut && (
          <ActionIcon
            {...buttonProps}
            className="not-narrow"
            aria-label={t('composer.popOut')}
            title={t('composer.popOut')}
            // The window is opened in the click itself, or the browser takes it for an advertisement.
            onClick={() => {
              const saving = save();
              onPopOut();
              void saving.then(onLeave);
            }}
          >
            <IconExternalLink size={16} />
          </ActionIcon>
        )}
        <ActionIcon
          {...buttonProps}
          aria-label={t('composer.close')}
          title={t('composer.close')}
          onClick={onClose}
        >
          <IconX size={16} />
        </ActionIcon>
      </Group>
    </header>
  );
}
