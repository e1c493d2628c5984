import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { encode } from 'uqr';
import { postAuth, withProblemText } from '../../api/auth-client.ts';
import type { ProblemError } from '../../api/client.ts';
import { announceSignIn } from '../../api/sign-in-channel.ts';
import { t } from '../../locales/messages.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { RequiredTextInput } from '../../ui/required-input.tsx';

/** Shows the secret for an authenticator app as a QR code and as text, and asks for a first code. */
export function AuthenticatorSetup({
  uri,
  onDone,
  onCancel,
}: {
  uri: string;
  onDone(): void;
  onCancel(): void;
}) {
  const [code, setCode] = useState('');
  const confirm = useMutation<unknown, ProblemError>({
    mutationFn: () =>
      postAuth('two-factor/verify-totp', { code: code.replace(/\s/g, '') }).catch((error) => {
        throw withProblemText(error, t('account.signIn.wrongCode'), t('account.signIn.wrongCodeDetail'));
      }),
    onSuccess: () => {
      announceSignIn();
      onDone();
    },
  });
  const key = new URL(uri).searchParams.get('secret') ?? '';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate();
      }}
    >
      <Stack gap="md" align="start">
        <Text>{t('account.security.scan')}</Text>
        <QrCode text={uri} />
        <div>
          <Text size="sm">{t('account.security.byHand')}</Text>
          <Code style={{ overflowWrap: 'anywhere' }}>{key.replace(/(.{4})(?=.)/g, '$1 ')}</Code>
        </div>
        <RequiredTextInput
          label={t('account.security.code')}
          autoComplete="one-time-code"
          inputMode="numeric"
          value={code}
          onChange={({ currentTarget: { value } }) => setCode(value)}
        />
        <ProblemAlert problem={confirm.error} />
        <Group>
          <Button type="submit" loading={confirm.isPending}>
            {t('account.security.confirm')}
          </Button>
          <Button variant="subtle" color="gray" onClick={onCancel}>
            {t('common.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A QR code (ISO/IEC 18004), always dark on white: apps do not read inverted codes. */
function QrCode({ text }: { text: string }) {
  const { data, size } = useMemo(() => encode(text, { border: 3 }), [text]);
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg
      role="img"
      aria-label={t('account.security.picture')}
      viewBox={`0 0 ${size} ${size}`}
      width={208}
      height={208}
      shapeRendering="crispEdges"
      style={{ borderRadius: 6, border: '1px solid var(--border)' }}
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
