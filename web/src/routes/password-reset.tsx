import { Anchor, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type ProblemError, unwrapResponse } from '../api/client.ts';
import { hasFailed } from '../api/has-failed.ts';
import { NewPasswordField } from '../features/account/new-password-field.tsx';
import { t } from '../locales/messages.ts';
import { CardForm } from '../ui/card-form.tsx';
import { CardPage } from '../ui/card-page.tsx';
import { RequiredTextInput } from '../ui/required-input.tsx';
import { ErrorState, LoadingState } from '../ui/states.tsx';

/** Requests a password reset link, or sets a new password with one. */
export default function PasswordResetPage() {
  const { token } = useParams({ strict: false }) as { token?: string };
  return token ? <NewPasswordForm token={token} /> : <RequestResetForm />;
}

const signInLink = () => (
  <Anchor size="sm" renderRoot={(props) => <Link {...props} to="/sign-in" />}>
    {t('account.reset.toSignIn')}
  </Anchor>
);

function RequestResetForm() {
  const [email, setEmail] = useState('');
  const requestReset = useMutation<unknown, ProblemError>({
    mutationFn: () => unwrapResponse(api.POST('/api/password', { body: { email } })),
  });
  if (requestReset.isSuccess) {
    return (
      <CardPage title={t('account.forgot.sentTitle')} text={t('account.forgot.sentText', { email })}>
        <OperatorHint />
        {signInLink()}
      </CardPage>
    );
  }
  return (
    <CardPage title={t('account.forgot.title')} text={t('account.forgot.text')}>
      <CardForm
        onSubmit={() => requestReset.mutate()}
        problem={requestReset.error}
        submitLabel={t('account.forgot.send')}
        isPending={requestReset.isPending}
        below={
          <>
            <OperatorHint />
            {signInLink()}
          </>
        }
      >
        <RequiredTextInput
          label={t('signIn.email')}
          type="email"
          autoComplete="username"
          value={email}
          onChange={({ currentTarget: { value } }) => setEmail(value)}
        />
      </CardForm>
    </CardPage>
  );
}

/** Whom members of several organizations ask: no link is sent to them. */
function OperatorHint() {
  const { data, isPending } = useQuery({
    queryKey: ['operator-contact'],
    queryFn: () => unwrapResponse(api.GET('/api/password')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (isPending) return null;
  const contact = data?.operatorContact;
  return (
    <Text size="sm" c="var(--text-muted)">
      {contact ? t('account.forgot.operatorContact', { contact }) : t('account.forgot.operator')}
    </Text>
  );
}

function NewPasswordForm({ token }: { token: string }) {
  const [password, setPassword] = useState('');
  const params = { path: { token } };
  const owner = useQuery({
    queryKey: ['password-reset', token],
    queryFn: () => unwrapResponse(api.GET('/api/password/{token}', { params })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const save = useMutation<unknown, ProblemError>({
    mutationFn: () => unwrapResponse(api.POST('/api/password/{token}', { params, body: { password } })),
  });
  if (owner.isPending) return <LoadingState />;
  if (hasFailed(owner)) return <ErrorState error={owner.error} />;
  if (save.isSuccess) {
    return (
      <CardPage title={t('account.reset.doneTitle')} text={t('account.reset.doneText')}>
        {signInLink()}
      </CardPage>
    );
  }
  return (
    <CardPage title={t('account.reset.title')} text={t('account.reset.text', { email: owner.data.email })}>
      <CardForm
        onSubmit={() => save.mutate()}
        problem={save.error}
        submitLabel={t('account.reset.save')}
        isPending={save.isPending}
      >
        <NewPasswordField value={password} onChange={setPassword} />
      </CardForm>
    </CardPage>
  );
}
