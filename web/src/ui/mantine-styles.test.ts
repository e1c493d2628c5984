import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const sources = path.join(import.meta.dirname, '..');
const sheetOf = (name: string) => fileURLToPath(import.meta.resolve(`@mantine/core/styles/${name}.css`));

/** The components whose parts these are made of. */
const madeOf: Record<string, string[]> = {
  ActionIcon: ['UnstyledButton', 'Loader'],
  Alert: ['CloseButton'],
  Button: ['UnstyledButton', 'Loader'],
  Checkbox: ['InlineInput'],
  Drawer: ['ModalBase', 'Overlay', 'CloseButton', 'ScrollArea'],
  Menu: ['Popover'],
  Modal: ['ModalBase', 'Overlay', 'CloseButton', 'ScrollArea', 'Paper'],
  Notification: ['CloseButton', 'Loader'],
  NumberInput: ['Input'],
  PasswordInput: ['Input', 'ActionIcon'],
  Radio: ['InlineInput'],
  SegmentedControl: ['FloatingIndicator'],
  Select: ['Combobox', 'Input', 'Popover', 'ScrollArea'],
  Switch: ['InlineInput'],
  TagsInput: ['Combobox', 'Input', 'Pill', 'PillsInput', 'Popover', 'ScrollArea'],
  TextInput: ['Input'],
  Textarea: ['Input'],
};

test('each Mantine component that is used has its style sheet', () => {
  const sheets = new Set(
    [
      ...readFileSync(path.join(import.meta.dirname, 'mantine.css'), 'utf8').matchAll(/styles\/(\w+)\.css/g),
    ].map(([, name]) => name!),
  );
  const used = globSync('**/*.tsx', { cwd: sources }).flatMap((file) =>
    [
      ...readFileSync(path.join(sources, file), 'utf8').matchAll(/import \{([^}]*)\} from '@mantine\/core'/g),
    ].flatMap(([, names]) => names!.match(/\b[A-Z]\w+/g) ?? []),
  );
  const needed = new Set(used.flatMap((name) => [name, ...(madeOf[name] ?? [])]));
  const missing = [...needed].filter((name) => existsSync(sheetOf(name)) && !sheets.has(name));
  expect(missing).toEqual([]);
});
