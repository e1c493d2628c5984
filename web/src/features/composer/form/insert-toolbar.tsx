import { ActionIcon, FileButton, Menu, Popover, Text, UnstyledButton } from '@mantine/core';
import { IconBolt, IconMoodSmile, IconPaperclip, IconPhoto } from '@tabler/icons-react';
import { useState } from 'react';
import type { SavedReply } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import styles from '../editor/editor.module.css';

const emojis = [
  ...'🙂😀😄😉😊😍🤗🤔😅😂🙃😎😢😕😬😴👍👎👌🙏👏💪✌️🤝❤️🎉✨⭐🔥✅❌⚠️📎📦🚚📅⏰📞✉️💡🔧🔑💳🧾🏷️🛒🏠🌍☀️🌧️☕🍀🎁',
].filter((emojiCharacter) => emojiCharacter !== '️');

/** Toolbar buttons that insert files, images, emoji and saved replies. */
export function InsertToolbar({
  addFiles,
  addImages,
  addText,
  savedReplies,
  addSavedReply,
}: {
  addFiles(files: File[]): void;
  addImages(files: File[]): void;
  addText(text: string): void;
  savedReplies: SavedReply[];
  addSavedReply(savedReply: SavedReply): void;
}) {
  const [emojiOpen, setEmojiOpen] = useState(false);
  const buttonProps = { variant: 'subtle', color: 'gray', size: 26 } as const;
  return (
    <>
      <FileButton multiple onChange={addFiles} inputProps={{ 'aria-label': t('composer.attach') }}>
        {(props) => (
          <ActionIcon
            {...props}
            {...buttonProps}
            aria-label={t('composer.attach')}
            title={t('composer.attach')}
          >
            <IconPaperclip size={16} />
          </ActionIcon>
        )}
      </FileButton>
      <FileButton
        multiple
        accept="image/png,image/jpeg,image/gif,image/webp"
        onChange={addImages}
        inputProps={{ 'aria-label': t('composer.image') }}
      >
        {(props) => (
          <ActionIcon
            {...props}
            {...buttonProps}
            aria-label={t('composer.image')}
            title={t('composer.image')}
          >
            <IconPhoto size={16} />
          </ActionIcon>
        )}
      </FileButton>
      <Popover opened={emojiOpen} onChange={setEmojiOpen} position="top-start" trapFocus returnFocus>
        <Popover.Target>
          <ActionIcon
            {...buttonProps}
            aria-label={t('composer.emoji')}
            title={t('composer.emoji')}
            onClick={() => setEmojiOpen((shown) => !shown)}
          >
            <IconMoodSmile size={16} />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown p={6}>
          <div className={styles.emojis}>
            {emojis.map((emojiCharacter) => (
              <UnstyledButton
                key={emojiCharacter}
                className={styles.emoji}
                onClick={() => {
                  setEmojiOpen(false);
                  addText(emojiCharacter);
                }}
              >
                {emojiCharacter}
              </UnstyledButton>
            ))}
          </div>
        </Popover.Dropdown>
      </Popover>
      <Menu position="top-start">
        <Menu.Target>
          <ActionIcon
            {...buttonProps}
            aria-label={t('composer.insertSavedReply')}
            title={t('composer.insertSavedReply')}
          >
            <IconBolt size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown mah={280} style={{ overflowY: 'auto' }}>
          {savedReplies.length === 0 && (
            <Text size="sm" p="xs" c="var(--text-muted)">
              {t('composer.noSavedReplies')}
            </Text>
          )}
          {savedReplies.map((savedReply) => (
            <Menu.Item key={savedReply.id} onClick={() => addSavedReply(savedReply)}>
              /{savedReply.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
