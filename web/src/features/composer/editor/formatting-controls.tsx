import { RichTextEditor } from '@mantine/tiptap';
import { t } from '../../../locales/messages.ts';
import { BlockMenu, TableMenu } from './block-menus.tsx';

/** The toolbar buttons for bold text, lists, tables and other formats. */
export function FormattingControls() {
  const { Bold, Italic, Underline, Strikethrough, Link } = RichTextEditor;
  const { BulletList, OrderedList, ClearFormatting } = RichTextEditor;
  return (
    <RichTextEditor.ControlsGroup>
      <Bold {...named(t('composer.toolbar.bold'))} />
      <Italic {...named(t('composer.toolbar.italic'))} />
      <Underline {...named(t('composer.toolbar.underline'))} />
      <Strikethrough {...named(t('composer.toolbar.strike'))} />
      <Link />
      <BulletList {...named(t('composer.toolbar.bullets'))} />
      <OrderedList {...named(t('composer.toolbar.numbers'))} />
      <BlockMenu />
      <TableMenu />
      <ClearFormatting {...named(t('composer.toolbar.clear'))} />
    </RichTextEditor.ControlsGroup>
  );
}

const named = (name: string) => ({ 'aria-label': name, title: name });
