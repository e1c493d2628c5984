import { Text, TextInput, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { contains } from '../../../../../locales/fold-letters.ts';
import { people } from '../../../api/queries/people.ts';
import { t } from '../../../locales/messages.ts';
import { KeyMenu } from './key-menu.tsx';
import styles from './tag-menu.module.css';

type Choice = { id: string | null; name: string };

/** A menu that assigns to the user, to a colleague or to nobody, with a field that finds people by their names. */
export function PersonMenu({
  instanceId,
  userId,
  opened,
  setOpened,
  onAssign,
  children,
}: {
  instanceId: string;
  userId: string;
  opened: boolean;
  setOpened(opened: boolean): void;
  onAssign(assigneeId: string | null): void;
  /** The button that the menu is placed at. */
  children: ReactNode;
}) {
  // Keys are held until then: Enter would choose none of them.
  const { isLoading } = useQuery(people(instanceId));
  return (
    <KeyMenu
      label={t('conversation.assignTo')}
      opened={opened && !isLoading}
      setOpened={setOpened}
      button={children}
    >
      <PersonOptions
        {...{ instanceId, userId }}
        onChoose={(id) => {
          setOpened(false);
          onAssign(id);
        }}
      />
    </KeyMenu>
  );
}

function PersonOptions({
  instanceId,
  userId,
  onChoose,
}: {
  instanceId: string;
  userId: string;
  onChoose(id: string | null): void;
}) {
  const inputRef = useRef<HTMLInputElement>(null);
  // In a layout effect, so that a key pressed right after opening goes to this field.
  useLayoutEffect(() => inputRef.current?.focus(), []);
  const [text, setText] = useState('');
  const [activeIndex, setActiveIndex] = useState(0);
  const members = useQuery(people(instanceId)).data?.people ?? [];
  const own = members.find(({ id }) => id === userId)?.name ?? '';
  const choices: Choice[] = [
    { id: userId, name: t('conversation.toMe') },
    ...members.filter(({ id }) => id !== userId),
    { id: null, name: t('conversation.nobody') },
  ];
  const found = choices.filter(({ id, name }) =>
    contains(id === userId ? `${name} ${own}` : name, text.trim()),
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const count = Math.max(1, found.length);
    if (event.key === 'ArrowDown') setActiveIndex((activeIndex + 1) % count);
    else if (event.key === 'ArrowUp') setActiveIndex((activeIndex - 1 + count) % count);
    else if (event.key === 'Enter') {
      const chosen = found[activeIndex];
      if (chosen) onChoose(chosen.id);
    } else return;
    event.preventDefault();
  };
  return (
    <>
      <TextInput
        size="xs"
        ref={inputRef}
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls="person-options"
        aria-activedescendant={found.length > 0 ? `person-${activeIndex}` : undefined}
        aria-label={t('conversation.findPerson')}
        placeholder={t('conversation.findPerson')}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setActiveIndex(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div
        role="listbox"
        id="person-options"
        aria-label={t('conversation.assignTo')}
        className={styles.options}
      >
        {found.map(({ id, name }, index) => (
          <UnstyledButton
            key={id ?? 'nobody'}
            id={`person-${index}`}
            role="option"
            aria-selected={index === activeIndex}
            tabIndex={-1}
            className={`${styles.option} ${index === activeIndex ? styles.activeOption : ''}`}
            onMouseMove={() => setActiveIndex(index)}
            onClick={() => onChoose(id)}
          >
            <span dir="auto">{name}</span>
          </UnstyledButton>
        ))}
      </div>
      {found.length === 0 && (
        <Text size="xs" c="var(--text-muted)" p={6}>
          {t('conversation.noPerson')}
        </Text>
      )}
    </>
  );
}
