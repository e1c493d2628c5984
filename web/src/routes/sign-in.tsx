import { Alert, Button, Center, Paper, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { Problem } from '../api/client.ts';
import { words } from '../words/words.ts';

export function SignInPage() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { to } = useSearch({ strict: false }) as { to?: string };
  const navigate = useNavigate();
  const client = useQueryClient();
  const signIn = useMutation<void, Problem>({
    mutationFn: () => signInWith(email, password),
    onSuccess: () => {
      client.clear();
      // Only a path of our own: an address from outside must not be where one lands.
      void navigate({ to: to && /^\/(?!\/)/.test(to) ? to : '/' });
    },
  });
  return (
    <Center h="100%" p="md">
      <Paper withBorder p="xl" w={380} maw="100%" component="main">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            signIn.mutate();
          }}
        >
          <Stack gap="md">
            <img src="/icon.svg" alt="" width={36} height={36} />
            <Title order={1}>{words.signIn.title}</Title>
            <TextInput
              label={words.signIn.email}
              type="email"
              autoComplete="username"
              required
              withAsterisk={false}
              value={email}
              onChange={({ currentTarget: { value } }) => setEmail(value)}
            />
            <PasswordInput
              label={words.signIn.password}
              autoComplete="current-password"
              required
              withAsterisk={false}
              value={password}
              onChange={({ currentTarget: { value } }) => setPassword(value)}
            />
            {signIn.error && (
              <Alert color="red" title={signIn.error.message} role="alert">
                {signIn.error.remedy}
              </Alert>
            )}
            <Button type="submit" loading={signIn.isPending}>
              {words.signIn.submit}
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}

async function signInWith(email: string, password: string): Promise<void> {
  const say = (status: number, title: string, detail: string) =>
    new Problem({ status, code: 'sign-in', title, detail });
  const response = await fetch('/api/auth/sign-in/email', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  }).catch(() => {
    throw say(0, words.problem.unreachable, words.problem.unreachableRemedy);
  });
  if (response.ok) return;
  if (response.status === 429) throw say(429, words.signIn.tooMany, words.signIn.tooManyRemedy);
  if (response.status < 500) throw say(response.status, words.signIn.wrong, words.signIn.wrongRemedy);
  throw say(response.status, words.problem.unreachable, words.problem.unreachableRemedy);
}
