import { ActionIcon, FileButton, Menu, Popover, Text, UnstyledButton } from '@mantine/core';
import { IconBolt, IconMoodSmile, IconPaperclip, IconPhoto } from '@tabler/icons-react';
import { useState } from 'react';
import type { SavedReply } from '../../../api/client.ts';
import { words } from '../../../words/words.ts';
import styles from '../editor/editor.module.css';

const emojis = [
  ...'🙂😀😄😉😊😍🤗🤔😅😂🙃😎😢😕😬😴👍👎👌🙏👏💪✌️🤝❤️🎉✨⭐🔥✅❌⚠️📎📦🚚📅⏰📞✉️💡🔧🔑💳🧾🏷️🛒🏠🌍☀️🌧️☕🍀🎁',
].filter((sign) => sign !== '️');

/** What is put into a message beside letters: files, pictures, emoji, canned answers. */
export function Controls({
  addFiles,
  addPictures,
  addText,
  shortcuts,
  addShortcut,
}: {
  addFiles(files: File[]): void;
  addPictures(files: File[]): void;
  addText(text: string): void;
  shortcuts: SavedReply[];
  addShortcut(shortcut: SavedReply): void;
}) {
  const [emoji, setEmoji] = useState(false);
  const look = { variant: 'subtle', color: 'gray', size: 26 } as const;
  return (
    <>
      <FileButton multiple onChange={addFiles} inputProps={{ 'aria-label': words.composer.attach }}>
        {(props) => (
          <ActionIcon {...props} {...look} aria-label={words.composer.attach} title={words.composer.attach}>
            <IconPaperclip size={16} />
          </ActionIcon>
        )}
      </FileButton>
      <FileButton
        multiple
        accept="image/png,image/jpeg,image/gif,image/webp"
        onChange={addPictures}
        inputProps={{ 'aria-label': words.composer.image }}
      >
        {(props) => (
          <ActionIcon {...props} {...look} aria-label={words.composer.image} title={words.composer.image}>
            <IconPhoto size={16} />
          </ActionIcon>
        )}
      </FileButton>
      <Popover opened={emoji} onChange={setEmoji} position="top-start" trapFocus returnFocus>
        <Popover.Target>
          <ActionIcon
            {...look}
            aria-label={words.composer.emoji}
            title={words.composer.emoji}
            onClick={() => setEmoji((shown) => !shown)}
          >
            <IconMoodSmile size={16} />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown p={6}>
          <div className={styles.emojis}>
            {emojis.map((sign) => (
              <UnstyledButton
                key={sign}
                className={styles.emoji}
                onClick={() => {
                  setEmoji(false);
                  addText(sign);
                }}
              >
                {sign}
              </UnstyledButton>
            ))}
          </div>
        </Popover.Dropdown>
      </Popover>
      <Menu position="top-start">
        <Menu.Target>
          <ActionIcon {...look} aria-label={words.composer.shortcuts} title={words.composer.shortcuts}>
            <IconBolt size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown mah={280} style={{ overflowY: 'auto' }}>
          {shortcuts.length === 0 && (
            <Text size="sm" p="xs" c="var(--quiet)">
              {words.composer.noShortcuts}
            </Text>
          )}
          {shortcuts.map((shortcut) => (
            <Menu.Item key={shortcut.id} onClick={() => addShortcut(shortcut)}>
              /{shortcut.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
