import { Anchor, Button, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { postAuth } from '../api/auth-client.ts';
import { api, ProblemError, type ProviderId, unwrapResponse } from '../api/client.ts';
import { hasFailed } from '../api/has-failed.ts';
import { signInProviders } from '../api/queries/account.ts';
import { NewPasswordField } from '../features/account/new-password-field.tsx';
import { ProviderButtons } from '../features/account/provider-button.tsx';
import { t } from '../locales/messages.ts';
import { CardPage } from '../ui/card-page.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { RequiredTextInput } from '../ui/required-input.tsx';
import { ErrorState, LoadingState } from '../ui/states.tsx';

/** The page that an invitation links to. */
export default function InvitationPage() {
  const { token } = useParams({ strict: false }) as { token: string };
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const { invitationQuery, meQuery } = useInvitation(token);
  const providers = useQuery(signInProviders);
  const join = useJoin(token, { name, password });
  // The buttons of providers are above the form, and would move it.
  if (invitationQuery.isPending || meQuery.isPending || providers.isLoading) return <LoadingState />;
  if (hasFailed(invitationQuery)) return <ErrorState error={invitationQuery.error} />;
  const { instance, email, role, hasAccount } = invitationQuery.data;
  return (
    <CardPage
      title={t('people.invitation.title', { instance })}
      text={t('people.invitation.text', { email, role: t(`people.roles.${role}`) })}
    >
      {!hasAccount && <ProviderButtons begin={(provider) => beginToAccept(token, provider)} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          join.mutate({ email, hasAccount });
        }}
        style={{ display: 'grid', gap: 16 }}
      >
        {!hasAccount && (
          <>
            <RequiredTextInput
              label={t('people.invitation.name')}
              autoComplete="name"
              maxLength={100}
              value={name}
              onChange={({ currentTarget: { value } }) => setName(value)}
            />
            <NewPasswordField value={password} onChange={setPassword} />
          </>
        )}
        {hasAccount && (
          <Text>
            {meQuery.data
              ? t('people.invitation.signedInAs', { email: meQuery.data.user.email })
              : t('people.invitation.hasAccount')}
          </Text>
        )}
        <ProblemAlert problem={join.error} />
        {hasAccount && !meQuery.data ? (
          <Anchor
            renderRoot={(props) => (
              <Link {...props} to="/sign-in" search={{ to: `/invitation/${token}` } as never} />
            )}
          >
            {t('people.invitation.signIn')}
          </Anchor>
        ) : (
          <Button type="submit" loading={join.isPending}>
            {t('people.invitation.join')}
          </Button>
        )}
      </form>
    </CardPage>
  );
}

/** The invitation, and the person who is signed in: null if nobody is. */
function useInvitation(token: string) {
  const invitationQuery = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => unwrapResponse(api.GET('/api/invitations/{token}', { params: { path: { token } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const meQuery = useQuery({
    queryKey: ['invitation', token, 'me'],
    // Signed out is a valid state here: do not redirect to the sign-in page.
    queryFn: () =>
      unwrapResponse(api.GET('/api/me')).catch((error) => {
        if (error instanceof ProblemError && error.status === 401) return null;
        throw error;
      }),
  });
  return { invitationQuery, meQuery };
}

/** Accepts the invitation by signing in at a provider: no password is needed then. */
function beginToAccept(token: string, provider: ProviderId): Promise<{ url: string }> {
  const params = { path: { token, provider } };
  return unwrapResponse(api.POST('/api/invitations/{token}/sign-in/{provider}', { params }));
}

/** Joins the organization; creates the account with this name and password first if there is none. */
function useJoin(token: string, { name, password }: { name: string; password: string }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const params = { path: { token } };
  return useMutation<{ slug: string }, ProblemError, { email: string; hasAccount: boolean }>({
    mutationFn: async ({ email, hasAccount }) => {
      if (hasAccount) return unwrapResponse(api.POST('/api/invitations/{token}/join', { params }));
      const body = { name, password };
      const joined = await unwrapResponse(api.POST('/api/invitations/{token}/accept', { params, body }));
      await postAuth('sign-in/email', { email, password });
      return joined;
    },
    onSuccess: ({ slug }) => {
      client.clear();
      void navigate({ to: '/$slug/inbox/$view', params: { slug, view: 'open' } });
    },
  });
}
