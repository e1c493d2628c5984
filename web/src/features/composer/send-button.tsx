import { ActionIcon, Button, Group, Menu, Text, TextInput } from '@mantine/core';
import { IconCheck, IconChevronDown, IconClock } from '@tabler/icons-react';
import { useState } from 'react';
import { laterTimes } from '../../ui/later-times.ts';
import { clockTime } from '../../ui/short-time.ts';
import { words } from '../../words/words.ts';

export type Sending = { sendAt?: Date; done?: boolean };

/** Send, and beside it the other ways: with the conversation set done, or at a time. */
export function SendButton({
  disabled,
  loading,
  inConversation,
  send,
}: {
  disabled: boolean;
  loading: boolean;
  inConversation: boolean;
  send(how: Sending): void;
}) {
  const [choosing, setChoosing] = useState(false);
  if (choosing) return <ChooseTime close={() => setChoosing(false)} choose={(sendAt) => send({ sendAt })} />;
  const now = new Date();
  return (
    <Group gap={1} wrap="nowrap">
      <Button
        size="xs"
        loading={loading}
        disabled={disabled}
        onClick={() => send({})}
        style={{ borderTopRightRadius: 0, borderBottomRightRadius: 0 }}
      >
        {words.composer.send}
      </Button>
      <Menu position="top-end">
        <Menu.Target>
          <ActionIcon
            size={30}
            variant="filled"
            disabled={disabled || loading}
            aria-label={words.composer.sendMore}
            title={words.composer.sendMore}
            style={{ borderTopLeftRadius: 0, borderBottomLeftRadius: 0 }}
          >
            <IconChevronDown size={14} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {inConversation && (
            <Menu.Item leftSection={<IconCheck size={14} />} onClick={() => send({ done: true })}>
              {words.composer.sendAndDone}
            </Menu.Item>
          )}
          <Menu.Label c="var(--quiet)">{words.composer.sendLater}</Menu.Label>
          {laterTimes(now).map(({ name, at }) => (
            <Menu.Item
              key={name}
              leftSection={<IconClock size={14} />}
              rightSection={
                <Text size="xs" c="var(--quiet)">
                  {clockTime(at, now)}
                </Text>
              }
              onClick={() => send({ sendAt: at })}
            >
              {words.conversation[name]}
            </Menu.Item>
          ))}
          <Menu.Item leftSection={<IconClock size={14} />} onClick={() => setChoosing(true)}>
            {words.composer.chooseTime}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

function ChooseTime({ close, choose }: { close(): void; choose(at: Date): void }) {
  const [value, setValue] = useState(() => local(new Date(Date.now() + 3_600_000)));
  const at = new Date(value);
  const past = !(at.getTime() > Date.now());
  return (
    <Group gap="xs" align="flex-start" wrap="wrap" justify="flex-end">
      <TextInput
        type="datetime-local"
        size="xs"
        aria-label={words.composer.time}
        value={value}
        min={local(new Date())}
        onChange={({ currentTarget }) => setValue(currentTarget.value)}
        error={value && past ? words.composer.past : undefined}
        autoFocus
      />
      <Button size="xs" disabled={past} onClick={() => choose(at)}>
        {words.composer.schedule}
      </Button>
      <Button size="xs" variant="default" onClick={close}>
        {words.cancel}
      </Button>
    </Group>
  );
}

/** As a field for date and time takes it: local, to the minute. */
function local(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}
