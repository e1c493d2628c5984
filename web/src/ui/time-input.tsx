import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useEffectEvent, useState } from 'react';
import { t } from '../locales/messages.ts';
import { formatDate } from './format.ts';
import { parseTypedTime } from './parse-typed-time.ts';

/**
 * A field for a time in natural language: "tomorrow 9", "in 3 hours". It shows the parsed time before it is
 * applied; `initialText` is what the user has typed already.
 */
export function TimeInput({
  action,
  initialText = '',
  onSelect,
  onClose,
}: {
  /** The label of the button that applies the time, such as "Snooze". */
  action: string;
  initialText?: string;
  onSelect(at: Date): void;
  onClose(): void;
}) {
  const [text, setText] = useState(initialText);
  const [parsed, setParsed] = useState<{ text: string; at: Date | null } | null>(null);
  useEffect(() => {
    let current = true;
    void parseTypedTime(text, new Date()).then((at) => current && setParsed({ text, at }));
    return () => {
      current = false;
    };
  }, [text]);
  const isParsed = parsed?.text === text;
  const at = isParsed ? parsed.at : null;
  const isPast = at !== null && at.getTime() <= Date.now();
  const submit = () => at && !isPast && onSelect(at);
  /** The text that Enter was pressed for before it was parsed. */
  const [entered, setEntered] = useState<string | null>(null);
  const submitEntered = useEffectEvent(submit);
  useEffect(() => {
    if (!isParsed || entered !== text) return;
    setEntered(null);
    submitEntered();
  }, [isParsed, entered, text]);
  const hint = at
    ? isPast
      ? t('typedTime.over', { at: formatExact(at) })
      : formatExact(at)
    : text.trim() === '' || !isParsed
      ? t('typedTime.examples')
      : t('typedTime.notUnderstood');
  return (
    <Stack gap={6}>
      <TextInput
        size="xs"
        aria-label={t('typedTime.label')}
        placeholder={t('typedTime.placeholder')}
        value={text}
        maxLength={60}
        data-autofocus
        autoFocus
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && isParsed) submit();
          else if (event.key === 'Enter') setEntered(text);
          else if (event.key === 'Escape') onClose();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <Text
        size="xs"
        role="status"
        c={at && !isPast ? undefined : 'var(--text-muted)'}
        fw={at && !isPast ? 600 : 400}
      >
        {hint}
      </Text>
      <Group gap="xs" justify="flex-end">
        <Button size="compact-xs" variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button size="compact-xs" disabled={!at || isPast} onClick={submit}>
          {action}
        </Button>
      </Group>
    </Stack>
  );
}

function formatExact(at: Date): string {
  return formatDate(at, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(at.getFullYear() !== new Date().getFullYear() && { year: 'numeric' as const }),
    hour: '2-digit',
    minute: '2-digit',
  });
}
