import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { IconArrowBackUpDouble, IconExternalLink, IconX } from '@tabler/icons-react';
import { t } from '../../../locales/messages.ts';
import styles from '../styles/composer.module.css';

/** The title of the composer, with buttons that reply to all, move it to a window of its own or close it; the draft stays. */
export function ComposerHeader({
  title,
  isTitleOfPage,
  save,
  onReplyAll,
  onPopOut,
  onLeave,
  onClose,
}: {
  title: string;
  /** The page above has the same title. */
  isTitleOfPage: boolean;
  save(): Promise<unknown>;
  /** Adds the other recipients of the conversation, where a reply leaves some out. */
  onReplyAll?: (() => void) | undefined;
  onPopOut?: (() => void) | undefined;
  /** Closes the composer but keeps even an empty draft: the new window continues it. */
  onLeave(): void;
  onClose(): void;
}) {
  const buttonProps = { variant: 'subtle', color: 'gray', size: 26 } as const;
  return (
    <header className={styles.header}>
      <Text fw={600} size="sm" component="h2" {...(isTitleOfPage && { className: styles.titleOfPage })}>
        {title}
      </Text>
      <Group gap={2}>
        {onReplyAll && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            leftSection={<IconArrowBackUpDouble size={16} aria-hidden />}
            onClick={onReplyAll}
          >
            {t('composer.replyAll')}
          </Button>
        )}
        {onPopOut && (
          <ActionIcon
            {...buttonProps}
            className="hide-on-mobile"
            aria-label={t('composer.popOut')}
            title={t('composer.popOut')}
            // Open the window during the click itself: browsers block pop-ups opened later.
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
