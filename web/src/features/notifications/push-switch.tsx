import { Stack, Switch, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ProblemError } from '../../api/client.ts';
import { canPush, switchPushOff, switchPushOn } from '../../api/push-browser.ts';
import { push } from '../../api/queries/account.ts';
import { t } from '../../locales/messages.ts';

/** Switches pushing notifications to this browser on and off, and says what it needs where it cannot be. */
export function PushSwitch({ instanceId }: { instanceId: string }) {
  const client = useQueryClient();
  const query = push(instanceId);
  const { data } = useQuery({ ...query, enabled: canPush() });
  const [denied, setDenied] = useState(canPush() && window.Notification.permission === 'denied');
  const change = useMutation<unknown, Error, boolean>({
    mutationFn: async (on) => {
      if (on) setDenied(!(await switchPushOn(instanceId)));
      else await switchPushOff(instanceId);
    },
    onSettled: () => client.invalidateQueries({ queryKey: query.queryKey }),
  });
  const needs = !canPush() ? (isIos() ? 'ios' : 'other') : denied ? 'denied' : null;
  return (
    <Stack component="section" gap={6} aria-label={t('push.title')}>
      <Text size="sm" fw={600}>
        {t('push.title')}
      </Text>
      <Switch
        label={t('push.label')}
        checked={change.isPending ? change.variables : (data?.subscribed ?? false)}
        disabled={needs !== null || !data || change.isPending}
        onChange={(event) => change.mutate(event.currentTarget.checked)}
      />
      <Text size="sm" c="var(--text-muted)">
        {t('push.about')}
      </Text>
      {needs && <Text size="sm">{t(`push.needs.${needs}`)}</Text>}
      {change.error && (
        <Text c="var(--error)" role="alert" size="sm">
          {change.error instanceof ProblemError ? (
            <>
              <b>{change.error.message}</b> {change.error.detail}
            </>
          ) : (
            t('push.failed')
          )}
        </Text>
      )}
    </Stack>
  );
}

/** iPhones and iPads push only to what is on the home screen. An iPad says that it is a Mac. */
function isIos(): boolean {
  return (
    /iPhone|iPad/.test(navigator.userAgent) ||
    (/Mac/.test(navigator.userAgent) && navigator.maxTouchPoints > 1)
  );
}
