import {
  ActionIcon,
  type ActionIconProps,
  FileButton,
  Menu,
  Popover,
  Text,
  UnstyledButton,
} from '@mantine/core';
import { IconBolt, IconMoodSmile, IconPaperclip, IconPhoto } from '@tabler/icons-react';
import { type ComponentProps, useRef, useState } from 'react';
import type { SavedReply } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { ReturnFocus } from '../../../ui/use-return-focus.ts';
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
  const resetFiles = useRef<() => void>(null);
  const resetImages = useRef<() => void>(null);
  const [attach, image] = [t('composer.attach'), t('composer.image')];
  return (
    <>
      <FileButton
        multiple
        resetRef={resetFiles}
        onChange={(files) => {
          addFiles(files);
          // Or else the same file cannot be chosen again after it was removed or failed.
          resetFiles.current?.();
        }}
        inputProps={{ 'aria-label': attach }}
      >
        {(props) => (
          <ToolbarButton {...props} name={attach}>
            <IconPaperclip size={16} />
          </ToolbarButton>
        )}
      </FileButton>
      <FileButton
        multiple
        accept="image/png,image/jpeg,image/gif,image/webp"
        resetRef={resetImages}
        onChange={(images) => {
          addImages(images);
          resetImages.current?.();
        }}
        inputProps={{ 'aria-label': image }}
      >
        {(props) => (
          <ToolbarButton {...props} name={image}>
            <IconPhoto size={16} />
          </ToolbarButton>
        )}
      </FileButton>
      <EmojiPicker onSelect={addText} />
      <SavedReplyMenu savedReplies={savedReplies} onSelect={addSavedReply} />
    </>
  );
}

/** Passes the other props on, such as those of Menu.Target. */
function ToolbarButton({ name, ...props }: { name: string } & ActionIconProps & ComponentProps<'button'>) {
  return <ActionIcon variant="subtle" color="gray" size={26} aria-label={name} title={name} {...props} />;
}

function EmojiPicker({ onSelect }: { onSelect(emoji: string): void }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="top-start" trapFocus>
      <Popover.Target>
        <ToolbarButton name={t('composer.emoji')} onClick={() => setOpen((shown) => !shown)}>
          <IconMoodSmile size={16} />
        </ToolbarButton>
      </Popover.Target>
      <Popover.Dropdown p={6}>
        <ReturnFocus />
        <div className={styles.emojis}>
          {emojis.map((emoji) => (
            <UnstyledButton
              key={emoji}
              className={styles.emoji}
              onClick={() => {
                setOpen(false);
                onSelect(emoji);
              }}
            >
              {emoji}
            </UnstyledButton>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function SavedReplyMenu({
  savedReplies,
  onSelect,
}: {
  savedReplies: SavedReply[];
  onSelect(savedReply: SavedReply): void;
}) {
  return (
    <Menu position="top-start" returnFocus={false}>
      <Menu.Target>
        <ToolbarButton name={t('composer.insertSavedReply')}>
          <IconBolt size={16} />
        </ToolbarButton>
      </Menu.Target>
      <Menu.Dropdown mah={280} style={{ overflowY: 'auto' }}>
        <ReturnFocus />
        {savedReplies.length === 0 && (
          <Text size="sm" p="xs" c="var(--text-muted)">
            {t('composer.noSavedReplies')}
          </Text>
        )}
        {savedReplies.map((savedReply) => (
          <Menu.Item key={savedReply.id} onClick={() => onSelect(savedReply)}>
            /{savedReply.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
