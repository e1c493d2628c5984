import { RichTextEditor } from '@mantine/tiptap';
import { t } from '../../../locales/messages.ts';
import { BlockMenu, TableMenu } from './block-menus.tsx';

/** The toolbar buttons for bold text, lists, tables and other formats. */
export function FormattingControls() {
  const { Bold, Italic, Underline, Strikethrough, Code, Link } = RichTextEditor;
  const { BulletList, OrderedList, Blockquote, ClearFormatting } = RichTextEditor;
  return (
    <RichTextEditor.ControlsGroup>
      <Bold {...named(t('composer.toolbar.bold'))} />
      <Italic {...named(t('composer.toolbar.italic'))} />
      <Underline {...named(t('composer.toolbar.underline'))} />
      <Strikethrough {...named(t('composer.toolbar.strike'))} />
      <Code {...named(t('composer.toolbar.code'))} />
      <Link {...named(t('composer.toolbar.link'))} />
      <BulletList {...named(t('composer.toolbar.bullets'))} />
      <OrderedList {...named(t('composer.toolbar.numbers'))} />
      <Blockquote {...named(t('composer.toolbar.quote'))} />
      <BlockMenu />
      <TableMenu />
      <ClearFormatting {...named(t('composer.toolbar.clear'))} />
    </RichTextEditor.ControlsGroup>
  );
}

const named = (name: string) => ({ 'aria-label': name, title: name });
