import { Anchor, Button, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type ProblemError, unwrapResponse } from '../api/client.ts';
import { NewPasswordField } from '../features/account/new-password-field.tsx';
import { CardPage, ProblemAlert } from '../ui/card-page.tsx';
import { ErrorState, LoadingState } from '../ui/states.tsx';
import { words } from '../words/words.ts';

/** Requests a password reset link, or sets a new password with one. */
export default function PasswordResetPage() {
  const { token } = useParams({ strict: false }) as { token?: string };
  return token ? <NewPasswordForm token={token} /> : <RequestResetForm />;
}

const signInLink = () => (
  <Anchor size="sm" renderRoot={(props) => <Link {...props} to="/sign-in" />}>
    {words.account.reset.toSignIn}
  </Anchor>
);

function RequestResetForm() {
  const [email, setEmail] = useState('');
  const requestReset = useMutation<unknown, ProblemError>({
    mutationFn: () => unwrapResponse(api.POST('/api/password', { body: { email } })),
  });
  const { forgot } = words.account;
  if (requestReset.isSuccess) {
    return (
      <CardPage title={forgot.sentTitle} text={forgot.sentText(email)}>
        {signInLink()}
      </CardPage>
    );
  }
  return (
    <CardPage title={forgot.title} text={forgot.text}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          requestReset.mutate();
        }}
        style={{ display: 'grid', gap: 16 }}
      >
        <TextInput
          label={words.signIn.email}
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          value={email}
          onChange={({ currentTarget: { value } }) => setEmail(value)}
        />
        <ProblemAlert problem={requestReset.error} />
        <Button type="submit" loading={requestReset.isPending}>
          {forgot.send}
        </Button>
        {signInLink()}
      </form>
    </CardPage>
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
  const { reset } = words.account;
  if (owner.isPending) return <LoadingState />;
  if (owner.isError) return <ErrorState error={owner.error} />;
  if (save.isSuccess) {
    return (
      <CardPage title={reset.doneTitle} text={reset.doneText}>
        {signInLink()}
      </CardPage>
    );
  }
  return (
    <CardPage title={reset.title} text={reset.text(owner.data.email)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
        style={{ display: 'grid', gap: 16 }}
      >
        <NewPasswordField value={password} onChange={setPassword} />
        <ProblemAlert problem={save.error} />
        <Button type="submit" loading={save.isPending}>
          {reset.save}
        </Button>
      </form>
    </CardPage>
  );
}
