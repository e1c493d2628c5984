import { Button, Group, Radio, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Me, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { RequiredTextInput } from '../../ui/required-input.tsx';
import styles from './instances.module.css';

type Kind = Me['instances'][number]['kind'];

/** Creates an organization and opens it. */
export function NewInstanceForm({ onClose }: { onClose(): void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<Kind>('production');
  const create = useMutation<{ slug: string }, ProblemError>({
    mutationFn: () => unwrapResponse(api.POST('/api/instances', { body: { name, kind } })),
    onSuccess: async ({ slug }) => {
      await client.invalidateQueries({ queryKey: ['me'] });
      void navigate({ to: '/$slug/apps/email', params: { slug } });
    },
  });
  return (
    <section className={styles.form} aria-label={t('organizations.createTitle')}>
      <Title order={2}>{t('organizations.createTitle')}</Title>
      <Text mb="md">{t('organizations.createText')}</Text>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Stack gap="md">
          <RequiredTextInput
            label={t('organizations.name')}
            autoComplete="off"
            autoFocus
            maxLength={60}
            value={name}
            onChange={({ currentTarget: { value } }) => setName(value)}
          />
          <Radio.Group
            label={t('organizations.kind')}
            value={kind}
            onChange={(value) => setKind(value as Kind)}
          >
            <Stack gap="xs" mt={6}>
              {(['production', 'sandbox'] as const).map((one) => (
                <Radio
                  key={one}
                  value={one}
                  label={t(`organizations.kinds.${one}`)}
                  description={t(`organizations.kindHelp.${one}`)}
                />
              ))}
            </Stack>
          </Radio.Group>
          <ProblemAlert problem={create.error} />
          <Group>
            <Button type="submit" loading={create.isPending}>
              {t('organizations.createIt')}
            </Button>
            <Button variant="subtle" color="gray" onClick={onClose}>
              {t('common.cancel')}
            </Button>
          </Group>
        </Stack>
      </form>
    </section>
  );
}
