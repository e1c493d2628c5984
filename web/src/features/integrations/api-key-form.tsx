import { Checkbox, Select, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type ApiKey, type ApiKeyScope, api, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { RequiredTextInput } from '../../ui/required-input.tsx';
import { SettingsForm, ShownOnce } from '../../ui/settings-form.tsx';
import styles from './api-key-form.module.css';

/** The areas of scopes, and what a key may be allowed to do in each. */
const areas = {
  conversations: ['read', 'write'],
  messages: ['read', 'write'],
  customers: ['read', 'write'],
  reports: ['read', 'write'],
  'bulk-messages': ['read', 'write'],
  templates: ['read', 'write'],
  mailboxes: ['read', 'write'],
  webhooks: ['read', 'write'],
  people: ['read'],
  audit: ['read'],
  redaction: ['read', 'write'],
} as const;

const validDays = ['30', '90', '365', 'forever'] as const;

/** Creates a key, and shows it once. */
export function ApiKeyForm({ instanceId, close }: { instanceId: string; close(): void }) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>([]);
  const [days, setDays] = useState<string>('365');
  const create = useMutation<{ apiKey: ApiKey; key: string }, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/api-keys', {
          params: { path: { instanceId } },
          body: {
            name: name.trim(),
            scopes: scopes as ApiKeyScope[],
            expiresAt:
              days === 'forever' ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString(),
          },
        }),
      ),
    onSuccess: () => void client.invalidateQueries({ queryKey: [instanceId, 'api-keys'] }),
  });
  if (create.data) {
    const texts = { title: t('apiKeys.createdTitle', { name }), text: t('apiKeys.createdText') };
    const labels = { label: t('apiKeys.key'), copyLabel: t('apiKeys.copy') };
    return <ShownOnce {...texts} {...labels} value={create.data.key} close={close} />;
  }
  return (
    <SettingsForm title={t('apiKeys.create')} disabled={scopes.length === 0} add={create} close={close}>
      <RequiredTextInput
        label={t('apiKeys.name')}
        description={t('apiKeys.nameHelp')}
        autoComplete="off"
        autoFocus
        maxLength={100}
        value={name}
        onChange={({ currentTarget: { value } }) => setName(value)}
      />
      <ScopeFields value={scopes} onChange={setScopes} />
      <Select
        label={t('apiKeys.expires')}
        allowDeselect={false}
        data={validDays.map((value) => ({
          value,
          label: value === 'forever' ? t('apiKeys.forever') : t('apiKeys.days', { count: Number(value) }),
        }))}
        value={days}
        onChange={(value) => setDays(value ?? '365')}
      />
    </SettingsForm>
  );
}

function ScopeFields({ value, onChange }: { value: string[]; onChange(scopes: string[]): void }) {
  return (
    <fieldset className={styles.scopes}>
      <Text component="legend" size="sm" fw={500}>
        {t('apiKeys.scopes')}
      </Text>
      <Checkbox.Group value={value} onChange={onChange}>
        {Object.entries(areas).map(([area, actions]) => {
          const areaName = t(`apiKeys.areas.${area as keyof typeof areas}`);
          return (
            <div key={area} className={styles.scope}>
              <Text span className={styles.area}>
                {areaName}
              </Text>
              {actions.map((action) => (
                <Checkbox
                  key={action}
                  className={styles.permission}
                  value={`${area}:${action}`}
                  label={t(`apiKeys.${action}`)}
                  aria-label={t('apiKeys.scopeOf', { area: areaName, action: t(`apiKeys.${action}`) })}
                />
              ))}
              {actions.length === 1 && <span className={styles.permission} />}
            </div>
          );
        })}
      </Checkbox.Group>
    </fieldset>
  );
}
