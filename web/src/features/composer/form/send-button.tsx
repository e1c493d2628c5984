import { ActionIcon, Box, Button, Group, Menu, Text } from '@mantine/core';
import { IconCheck, IconChevronDown, IconClock } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '../../../locales/messages.ts';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import { TimeInput } from '../../../ui/time-input.tsx';
import { timePresets } from '../../../ui/time-presets.ts';

export type SendOptions = { sendAt?: Date; done?: boolean };

/** The send button, with a menu that also sets the conversation to done or schedules the message. */
export function SendButton({
  disabled,
  loading,
  inConversation,
  onSend,
}: {
  disabled: boolean;
  loading: boolean;
  inConversation: boolean;
  onSend(options: SendOptions): void;
}) {
  const [choosingTime, setChoosingTime] = useState(false);
  if (choosingTime)
    return (
      <Box w={260}>
        <TimeInput
          action={t('composer.schedule')}
          onSelect={(sendAt) => onSend({ sendAt })}
          onClose={() => setChoosingTime(false)}
        />
      </Box>
    );
  const now = new Date();
  return (
    <Group gap={1} wrap="nowrap">
      <Button
        size="xs"
        loading={loading}
        disabled={disabled}
        onClick={() => onSend({})}
        style={{ borderTopRightRadius: 0, borderBottomRightRadius: 0 }}
      >
        {t('composer.send')}
      </Button>
      <Menu position="top-end">
        <Menu.Target>
          <ActionIcon
            size={30}
            variant="filled"
            disabled={disabled || loading}
            aria-label={t('composer.sendMore')}
            title={t('composer.sendMore')}
            style={{ borderTopLeftRadius: 0, borderBottomLeftRadius: 0 }}
          >
            <IconChevronDown size={14} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {inConversation && (
            <Menu.Item leftSection={<IconCheck size={14} />} onClick={() => onSend({ done: true })}>
              {t('composer.sendAndDone')}
            </Menu.Item>
          )}
          <Menu.Label c="var(--text-muted)">{t('composer.sendLater')}</Menu.Label>
          {timePresets(now).map(({ name, at }) => (
            <Menu.Item
              key={name}
              leftSection={<IconClock size={14} />}
              rightSection={
                <Text size="xs" c="var(--text-muted)">
                  {formatClockTime(at, now)}
                </Text>
              }
              onClick={() => onSend({ sendAt: at })}
            >
              {t(`timePresets.${name}`)}
            </Menu.Item>
          ))}
          <Menu.Item leftSection={<IconClock size={14} />} onClick={() => setChoosingTime(true)}>
            {t('typedTime.choose')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
