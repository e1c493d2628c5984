import { Button, Combobox, Text, useCombobox } from '@mantine/core';
import { IconBraces } from '@tabler/icons-react';
import { useState } from 'react';
import { contains } from '../../../../locales/fold-letters.ts';
import { t } from '../../locales/messages.ts';
import { templateData } from './template-data.ts';

/** A searchable list of the data a template can show; a choice is inserted at the cursor. */
export function InsertData({ insert }: { insert(text: string): void }) {
  const [search, setSearch] = useState('');
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setSearch('');
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  });
  const names = templateData().filter(({ name, meaning }) => contains(`${name} ${meaning}`, search.trim()));
  return (
    <Combobox
      store={combobox}
      width={340}
      position="bottom-start"
      onOptionSubmit={(name) => {
        combobox.closeDropdown();
        insert(`{{${name}}}`);
      }}
    >
      <Combobox.Target withAriaAttributes={false}>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconBraces size={16} aria-hidden />}
          onClick={() => combobox.toggleDropdown()}
          aria-haspopup="listbox"
          aria-expanded={combobox.dropdownOpened}
        >
          {t('templates.insert')}
        </Button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
          placeholder={t('templates.find')}
          aria-label={t('templates.find')}
        />
        <Combobox.Options
          tabIndex={0}
          mah={300}
          style={{ overflowY: 'auto' }}
          aria-label={t('templates.insert')}
        >
          {names.map(({ name, meaning }) => (
            <Combobox.Option value={name} key={name}>
              <Text size="sm" ff="monospace">
                {name}
              </Text>
              <Text size="xs" c="var(--text-muted)">
                {meaning}
              </Text>
            </Combobox.Option>
          ))}
          {names.length === 0 && <Combobox.Empty>{t('templates.noName')}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
