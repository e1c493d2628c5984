import { Anchor, Button, Group, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Me, ProblemError } from '../../api/client.ts';
import { hasFailed } from '../../api/has-failed.ts';
import { signInWays } from '../../api/queries/account.ts';
import { t } from '../../locales/messages.ts';
import { CardPage } from '../../ui/card-page.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { beginSignIn, goToProvider, ProviderButton } from './provider-button.tsx';
import { ProviderWay } from './sign-in-ways.tsx';
import { useSignOut } from './use-sign-out.ts';

/** Instead of an organization that requires another way to sign in: the way in, and the other organizations. */
export default function RequiredSignIn({ me, instance }: { me: Me; instance: Me['instances'][number] }) {
  const query = useQuery(signInWays);
  const signOut = useSignOut();
  const signIn = useMutation<unknown, ProblemError>({
    mutationFn: async () => goToProvider(await beginSignIn(instance.requires!, location.pathname)),
  });
  if (query.isPending) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const provider = query.data.providers.find(({ id }) => id === instance.requires);
  const others = me.instances.filter(({ requires }) => requires === null);
  const params = { provider: provider?.name ?? '', organization: instance.name };
  return (
    <CardPage
      title={provider ? t('requiredSignIn.title', params) : t('requiredSignIn.notConfigured')}
      text={
        provider
          ? t(provider.identity ? 'requiredSignIn.text' : 'requiredSignIn.connect', params)
          : t('requiredSignIn.notConfiguredText')
      }
    >
      <Stack gap="md">
        {provider?.identity && (
          <ProviderButton provider={provider} isPending={signIn.isPending} onClick={() => signIn.mutate()}>
            {t('signIn.with', params)}
          </ProviderButton>
        )}
        {provider && !provider.identity && (
          <ProviderWay provider={provider} ways={query.data} to={location.pathname} />
        )}
        <ProblemAlert problem={signIn.error} />
        <Group gap="md">
          {others.map(({ id, slug, name }) => (
            <Anchor
              key={id}
              size="sm"
              renderRoot={(props) => <Link {...props} to="/$slug" params={{ slug }} />}
            >
              {t('requiredSignIn.goTo', { organization: name })}
            </Anchor>
          ))}
          <Button variant="subtle" color="gray" size="xs" onClick={() => void signOut()}>
            {t('settings.signOut')}
          </Button>
        </Group>
      </Stack>
    </CardPage>
  );
}
