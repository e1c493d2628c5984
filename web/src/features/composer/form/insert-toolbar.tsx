import { ActionIcon, FileButton, Menu, Popover, Text, UnstyledButton } from '@mantine/core';
import { IconBolt, IconMoodSmile, IconPaperclip, IconPhoto } from '@tabler/icons-react';
import { useState } from 'react';
import type { SavedReply } from '../../../api/client.ts';
import { words } from '../../../words/words.ts';
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
      <FileButton multiple onChange={addFiles} inputProps={{ 'aria-label': words.composer.attach }}>
        {(props) => (
          <ActionIcon
            {...props}
            {...buttonProps}
            aria-label={words.composer.attach}
            title={words.composer.attach}
          >
            <IconPaperclip size={16} />
          </ActionIcon>
        )}
      </FileButton>
      <FileButton
        multiple
        accept="image/png,image/jpeg,image/gif,image/webp"
        onChange={addImages}
        inputProps={{ 'aria-label': words.composer.image }}
      >
        {(props) => (
          <ActionIcon
            {...props}
            {...buttonProps}
            aria-label={words.composer.image}
            title={words.composer.image}
          >
            <IconPhoto size={16} />
          </ActionIcon>
        )}
      </FileButton>
      <Popover opened={emojiOpen} onChange={setEmojiOpen} position="top-start" trapFocus returnFocus>
        <Popover.Target>
          <ActionIcon
            {...buttonProps}
            aria-label={words.composer.emoji}
            title={words.composer.emoji}
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
          <ActionIcon {...buttonProps} aria-label={words.composer.shortcuts} title={words.composer.shortcuts}>
            <IconBolt size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown mah={280} style={{ overflowY: 'auto' }}>
          {savedReplies.length === 0 && (
            <Text size="sm" p="xs" c="var(--quiet)">
              {words.composer.noShortcuts}
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
