import { Button, Radio, Stack, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  api,
  type ProblemError,
  type ProviderId,
  type SignInRequirement,
  unwrapResponse,
} from '../../api/client.ts';
import { hasFailed } from '../../api/has-failed.ts';
import { signInRequirement } from '../../api/queries/account.ts';
import { showSaved } from '../../api/show-saved.ts';
import { t } from '../../locales/messages.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';

/** What the members of the organization must sign in with; nothing where there is only the password. */
export function SignInRequirementSection({ instanceId }: { instanceId: string }) {
  const query = useQuery(signInRequirement(instanceId));
  if (query.isPending) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const { signIn } = query.data;
  if (signIn.providers.length === 0 && signIn.provider === null) return null;
  return (
    <section aria-label={t('requiredSignIn.heading')}>
      <Title order={2} mb="xs">
        {t('requiredSignIn.heading')}
      </Title>
      <RequirementForm instanceId={instanceId} signIn={signIn} />
    </section>
  );
}

function RequirementForm({ instanceId, signIn }: { instanceId: string; signIn: SignInRequirement }) {
  const client = useQueryClient();
  const { own, members } = signIn;
  const [edited, setEdited] = useState<{ choice: ProviderId | 'any'; domains: string } | null>(null);
  const { choice, domains } = edited ?? {
    choice: signIn.provider ?? 'any',
    domains: signIn.provider ? signIn.domains.join(', ') : (own?.hostedDomain ?? ''),
  };
  const chosenDomains = choice === 'google' ? domains.split(/[\s,]+/).filter(Boolean) : [];
  const isSaved =
    choice === (signIn.provider ?? 'any') && chosenDomains.join(' ') === signIn.domains.join(' ');
  const save = useMutation<{ signIn: SignInRequirement }, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.PUT('/api/instances/{instanceId}/required-sign-in', {
          params: { path: { instanceId } },
          body: {
            provider: choice === 'any' ? null : choice,
            domains: chosenDomains,
          },
        }),
      ),
    onSuccess: async (saved) => {
      await showSaved(client, signInRequirement(instanceId).queryKey, saved);
      notifications.show({ color: 'green', message: t('requiredSignIn.saved') });
    },
  });
  const chosen = signIn.providers.find(({ id }) => id === choice);
  const isOwn = choice === 'any' || own?.provider === choice;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // What was changed since stays as it is.
        save.mutate(undefined, { onSuccess: () => setEdited((now) => (now === edited ? null : now)) });
      }}
    >
      <Stack gap="md" align="start">
        <Radio.Group
          label={t('requiredSignIn.label')}
          value={choice}
          onChange={(value) => setEdited({ choice: value as typeof choice, domains })}
        >
          <Stack gap="xs" mt={6}>
            <Radio value="any" label={t('requiredSignIn.any')} />
            {signIn.providers.map(({ id, name, linked }) => (
              <Radio
                key={id}
                value={id}
                label={t('requiredSignIn.only', { provider: name })}
                description={t('requiredSignIn.linked', { linked, members })}
              />
            ))}
          </Stack>
        </Radio.Group>
        {choice === 'google' && (
          <TextInput
            label={t('requiredSignIn.domains')}
            description={t('requiredSignIn.domainsHelp')}
            placeholder="acme.com"
            w="100%"
            value={domains}
            onChange={({ currentTarget: { value } }) => setEdited({ choice, domains: value })}
          />
        )}
        {chosen && (
          <Text size="sm" c="var(--text-muted)">
            {t('requiredSignIn.meaning', { provider: chosen.name })}
          </Text>
        )}
        {chosen && !isOwn && <Text size="sm">{t('requiredSignIn.yourself', { provider: chosen.name })}</Text>}
        <ProblemAlert problem={save.error} />
        <Button type="submit" loading={save.isPending} disabled={!isOwn || isSaved}>
          {t('requiredSignIn.save')}
        </Button>
      </Stack>
    </form>
  );
}
