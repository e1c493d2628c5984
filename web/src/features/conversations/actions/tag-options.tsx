import { Text, TextInput, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { v7 as uuid } from 'uuid';
import { contains } from '../../../../../locales/fold-letters.ts';
import { api, type ProblemError, type Tag, unwrapResponse } from '../../../api/client.ts';
import { tags as tagsQuery } from '../../../api/queries/conversation.ts';
import { t } from '../../../locales/messages.ts';
import { TagDot } from '../../../ui/tag-chip.tsx';
import styles from './tag-menu.module.css';

/** The field and the list of the tag menu. */
export function TagOptions({
  instanceId,
  selectedIds,
  onToggle,
}: {
  instanceId: string;
  selectedIds: ReadonlySet<string>;
  onToggle(tag: Tag, selected: boolean): void;
}) {
  const inputRef = useRef<HTMLInputElement>(null);
  // In a layout effect, so that a key pressed right after opening goes to this field.
  useLayoutEffect(() => inputRef.current?.focus(), []);
  const { text, filter, found, newName, activeIndex, count, onKeyDown, optionProps } = useTagOptions(
    instanceId,
    selectedIds,
    onToggle,
  );
  return (
    <>
      <TextInput
        size="xs"
        ref={inputRef}
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls="tag-options"
        aria-activedescendant={count > 0 ? `tag-${activeIndex}` : undefined}
        aria-label={t('tags.find')}
        placeholder={t('tags.find')}
        maxLength={40}
        value={text}
        onChange={(event) => filter(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div
        role="listbox"
        id="tag-options"
        aria-label={t('tags.label')}
        aria-multiselectable
        className={styles.options}
      >
        {found.map((tag, index) => (
          <Option key={index} {...optionProps(index)} selected={selectedIds.has(tag.id)}>
            <TagDot color={tag.color} />
            <span>{tag.name}</span>
            {selectedIds.has(tag.id) && <IconCheck size={14} aria-hidden />}
          </Option>
        ))}
        {newName !== null && (
          <Option key={found.length} {...optionProps(found.length)} selected={false}>
            <span>{t('tags.make', { name: newName })}</span>
          </Option>
        )}
      </div>
      {count === 0 && (
        <Text size="xs" c="var(--text-muted)" p={6}>
          {t('tags.none')}
        </Text>
      )}
    </>
  );
}

/** The tags that contain the typed text, the name of a new tag if none has it, and the active option. */
function useTagOptions(
  instanceId: string,
  selectedIds: ReadonlySet<string>,
  onToggle: (tag: Tag, selected: boolean) => void,
) {
  const { data } = useQuery(tagsQuery(instanceId));
  const [text, setText] = useState('');
  const [activeIndex, setActiveIndex] = useState(0);
  const typed = text.trim();
  const all = data?.tags ?? [];
  const found = all.filter(({ name }) => contains(name, typed));
  const isNew = typed !== '' && !all.some(({ name }) => name.toLowerCase() === typed.toLowerCase());
  const count = found.length + (isNew ? 1 : 0);

  const createTag = useCreateTag(instanceId, (tag) => {
    onToggle(tag, true);
    setText('');
  });
  const choose = (index: number) => {
    const tag = found[index];
    if (tag) onToggle(tag, !selectedIds.has(tag.id));
    else if (isNew) void createTag(typed);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setActiveIndex((activeIndex + 1) % Math.max(1, count));
    else if (event.key === 'ArrowUp') setActiveIndex((activeIndex - 1 + count) % Math.max(1, count));
    else if (event.key === 'Enter') choose(activeIndex);
    else return;
    event.preventDefault();
  };
  const optionProps = (index: number) => ({
    id: `tag-${index}`,
    active: index === activeIndex,
    onActivate: () => setActiveIndex(index),
    onChoose: () => choose(index),
  });
  const filter = (value: string) => {
    setText(value);
    setActiveIndex(0);
  };
  return { text, filter, found, newName: isNew ? typed : null, activeIndex, count, onKeyDown, optionProps };
}

function Option({
  id,
  active,
  selected,
  onActivate,
  onChoose,
  children,
}: {
  id: string;
  active: boolean;
  selected: boolean;
  onActivate(): void;
  onChoose(): void;
  children: ReactNode;
}) {
  return (
    <UnstyledButton
      id={id}
      role="option"
      aria-selected={selected}
      tabIndex={-1}
      className={`${styles.option} ${active ? styles.activeOption : ''}`}
      onMouseMove={onActivate}
      onClick={onChoose}
    >
      {children}
    </UnstyledButton>
  );
}

function useCreateTag(instanceId: string, onCreated: (tag: Tag) => void): (name: string) => Promise<void> {
  const client = useQueryClient();
  return async (name: string) => {
    try {
      const tag = await unwrapResponse(
        api.PUT('/api/instances/{instanceId}/tags/{tagId}', {
          params: { path: { instanceId, tagId: uuid() } },
          body: { name },
        }),
      );
      await client.invalidateQueries({ queryKey: tagsQuery(instanceId).queryKey });
      onCreated(tag);
    } catch (error) {
      const { message, detail } = error as ProblemError;
      notifications.show({ color: 'red', title: message, message: detail });
    }
  };
}
