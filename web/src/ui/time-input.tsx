import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { words } from '../words/words.ts';
import { formatted } from './format.ts';
import { typedTime } from './parse-typed-time.ts';

/**
 * A time as one says it: "tomorrow 9", "in 3 hours". What was understood is shown before it is chosen;
 * `begun` is what was typed already.
 */
export function ChooseTime({
  action,
  begun = '',
  choose,
  close,
}: {
  /** What choosing does: "Snooze". */
  action: string;
  begun?: string;
  choose(at: Date): void;
  close(): void;
}) {
  const said = words.typedTime;
  const [text, setText] = useState(begun);
  const [understood, setUnderstood] = useState<{ text: string; at: Date | null } | null>(null);
  useEffect(() => {
    let current = true;
    void typedTime(text, new Date()).then((at) => current && setUnderstood({ text, at }));
    return () => {
      current = false;
    };
  }, [text]);
  const at = understood?.text === text ? understood.at : null;
  const over = at !== null && at.getTime() <= Date.now();
  const pick = () => at && !over && choose(at);
  const told = at
    ? over
      ? said.over(exact(at))
      : exact(at)
    : text.trim() === '' || understood?.text !== text
      ? said.examples
      : said.notUnderstood;
  return (
    <Stack gap={6}>
      <TextInput
        size="xs"
        aria-label={said.label}
        placeholder={said.placeholder}
        value={text}
        maxLength={60}
        data-autofocus
        autoFocus
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') pick();
          else if (event.key === 'Escape') close();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <Text size="xs" role="status" c={at && !over ? undefined : 'var(--quiet)'} fw={at && !over ? 600 : 400}>
        {told}
      </Text>
      <Group gap="xs" justify="flex-end">
        <Button size="compact-xs" variant="default" onClick={close}>
          {words.cancel}
        </Button>
        <Button size="compact-xs" disabled={!at || over} onClick={pick}>
          {action}
        </Button>
      </Group>
    </Stack>
  );
}

function exact(at: Date): string {
  return formatted(at, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(at.getFullYear() !== new Date().getFullYear() && { year: 'numeric' as const }),
    hour: '2-digit',
    minute: '2-digit',
  });
}
