import { Button, Divider, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, type ProblemError, type ProviderId, unwrapResponse } from '../../api/client.ts';
import { signInProviders } from '../../api/queries/account.ts';
import { t } from '../../locales/messages.ts';
import { GoogleButton } from '../../ui/google-button.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';

type Provider = { id: ProviderId; name: string };

/** The button of a provider; Google prescribes how its own looks. */
export function ProviderButton({
  provider,
  isPending,
  onClick,
  children,
}: {
  provider: Provider;
  isPending: boolean;
  onClick(): void;
  children: ReactNode;
}) {
  if (provider.id === 'google') {
    return (
      <GoogleButton fullWidth isPending={isPending} onClick={onClick}>
        {children}
      </GoogleButton>
    );
  }
  return (
    <Button variant="default" fullWidth h={40} loading={isPending} onClick={onClick}>
      {children}
    </Button>
  );
}

/** A button for each configured provider, and a line between them and what follows; nothing where there is none. */
export function ProviderButtons({
  begin,
  inWindow = false,
}: {
  begin(provider: ProviderId): Promise<{ url: string }>;
  /** The page stays as it is; a window of its own is opened for the sign-in. */
  inWindow?: boolean;
}) {
  const { data } = useQuery(signInProviders);
  const { mutate, isPending, variables, error } = useMutation<unknown, ProblemError, ProviderId>({
    mutationFn: async (provider) => {
      // During the click: browsers block windows that are opened later.
      const popup = inWindow
        ? window.open('about:blank', 'postroom-sign-in', 'popup,width=520,height=680')
        : null;
      const { url } = await begin(provider);
      if (popup) popup.location.replace(url);
      else await goToProvider({ url });
    },
  });
  const providers = data?.providers ?? [];
  if (providers.length === 0) return null;
  return (
    <Stack gap="sm">
      {providers.map((provider) => (
        <ProviderButton
          key={provider.id}
          provider={provider}
          isPending={isPending && variables === provider.id}
          onClick={() => mutate(provider.id)}
        >
          {t('signIn.with', { provider: provider.name })}
        </ProviderButton>
      ))}
      <ProblemAlert problem={error} />
      <Divider label={t('signIn.or')} labelPosition="center" mt={4} />
    </Stack>
  );
}

/** Begins a sign-in that comes back to the path `to`. */
export function beginSignIn(provider: ProviderId, to: string): Promise<{ url: string }> {
  return unwrapResponse(
    api.POST('/api/sign-in/{provider}', { params: { path: { provider } }, body: { to } }),
  );
}

/** Leaves for the provider; never resolves, so that the button stays busy until the page is gone. */
export function goToProvider({ url }: { url: string }): Promise<never> {
  location.assign(url);
  return new Promise(() => {});
}
