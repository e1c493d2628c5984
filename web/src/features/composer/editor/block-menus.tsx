import { Menu } from '@mantine/core';
import { RichTextEditor, useRichTextEditorContext } from '@mantine/tiptap';
import { IconHeading, IconTable } from '@tabler/icons-react';
import { type ChainedCommands, type Editor, useEditorState } from '@tiptap/react';
import { t } from '../../../locales/messages.ts';
import { ReturnFocus } from '../../../ui/use-return-focus.ts';
import { focusEditor } from './focus-editor.ts';

type Action = {
  key: Parameters<typeof nameOf>[0];
  isActive?(editor: Editor): boolean;
  run(chain: ChainedCommands): ChainedCommands;
};

function nameOf(key: keyof typeof texts): string {
  return t(texts[key]);
}

const texts = {
  text: 'composer.toolbar.text',
  heading1: 'composer.toolbar.heading1',
  heading2: 'composer.toolbar.heading2',
  heading3: 'composer.toolbar.heading3',
  quote: 'composer.toolbar.quote',
  codeBlock: 'composer.toolbar.codeBlock',
  code: 'composer.toolbar.code',
  rowAbove: 'composer.toolbar.rowAbove',
  rowBelow: 'composer.toolbar.rowBelow',
  columnBefore: 'composer.toolbar.columnBefore',
  columnAfter: 'composer.toolbar.columnAfter',
  headerRow: 'composer.toolbar.headerRow',
  deleteRow: 'composer.toolbar.deleteRow',
  deleteColumn: 'composer.toolbar.deleteColumn',
  deleteTable: 'composer.toolbar.deleteTable',
} as const;

const blockActions: Action[] = [
  { key: 'text', isActive: (editor) => editor.isActive('paragraph'), run: (chain) => chain.setParagraph() },
  ...([1, 2, 3] as const).map((level) => ({
    key: `heading${level}` as const,
    isActive: (editor: Editor) => editor.isActive('heading', { level }),
    run: (chain: ChainedCommands) => chain.setHeading({ level }),
  })),
  {
    key: 'quote',
    isActive: (editor) => editor.isActive('blockquote'),
    run: (chain) => chain.toggleBlockquote(),
  },
  {
    key: 'codeBlock',
    isActive: (editor) => editor.isActive('codeBlock'),
    run: (chain) => chain.toggleCodeBlock(),
  },
  { key: 'code', isActive: (editor) => editor.isActive('code'), run: (chain) => chain.toggleCode() },
];

const tableActions: Action[] = [
  { key: 'rowAbove', run: (chain) => chain.addRowBefore() },
  { key: 'rowBelow', run: (chain) => chain.addRowAfter() },
  { key: 'columnBefore', run: (chain) => chain.addColumnBefore() },
  { key: 'columnAfter', run: (chain) => chain.addColumnAfter() },
  { key: 'headerRow', run: (chain) => chain.toggleHeaderRow() },
  { key: 'deleteRow', run: (chain) => chain.deleteRow() },
  { key: 'deleteColumn', run: (chain) => chain.deleteColumn() },
  { key: 'deleteTable', run: (chain) => chain.deleteTable() },
];

/** Makes the paragraph a heading, a quote or code, or text again. */
export function BlockMenu() {
  const isActive = useIsActive((editor) =>
    ['heading', 'blockquote', 'codeBlock', 'code'].some((name) => editor.isActive(name)),
  );
  return (
    <ActionMenu
      name={t('composer.toolbar.block')}
      icon={IconHeading}
      active={isActive}
      actions={blockActions}
    />
  );
}

/** Inserts a table; within one, changes its rows and columns. */
export function TableMenu() {
  const { editor } = useRichTextEditorContext();
  const isInTable = useIsActive((editor) => editor.isActive('table'));
  if (isInTable) {
    return <ActionMenu name={t('composer.toolbar.table')} icon={IconTable} active actions={tableActions} />;
  }
  const name = t('composer.toolbar.insertTable');
  return (
    <RichTextEditor.Control
      aria-label={name}
      title={name}
      onClick={() =>
        editor && focusEditor(editor).insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run()
      }
    >
      <IconTable size={16} stroke={1.5} />
    </RichTextEditor.Control>
  );
}

function ActionMenu({
  name,
  icon: Icon,
  active,
  actions,
}: {
  name: string;
  icon: typeof IconTable;
  active: boolean;
  actions: Action[];
}) {
  return (
    <Menu position="top-start" returnFocus={false}>
      <Menu.Target>
        <RichTextEditor.Control aria-label={name} title={name} active={active}>
          <Icon size={16} stroke={1.5} />
        </RichTextEditor.Control>
      </Menu.Target>
      <Menu.Dropdown>
        <ReturnFocus />
        {actions.map((action) => (
          <ActionItem key={action.key} action={action} />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function ActionItem({ action: { key, isActive, run } }: { action: Action }) {
  const { editor } = useRichTextEditorContext();
  const isCurrent = useIsActive((editor) => isActive?.(editor) ?? false);
  return (
    <Menu.Item fw={isCurrent ? 600 : undefined} onClick={() => editor && run(focusEditor(editor)).run()}>
      {nameOf(key)}
    </Menu.Item>
  );
}

/** What is asked of the editor, again after each of its transactions. */
function useIsActive(isActive: (editor: Editor) => boolean): boolean {
  const { editor } = useRichTextEditorContext();
  return (
    useEditorState({
      editor,
      selector: ({ editor }) => editor !== null && !editor.isDestroyed && isActive(editor),
    }) ?? false
  );
}
