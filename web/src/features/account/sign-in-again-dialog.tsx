import { Anchor, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Me } from '../../api/client.ts';
import { signInProviders } from '../../api/queries/account.ts';
import { onSignIn } from '../../api/sign-in-channel.ts';
import { t } from '../../locales/messages.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { PasswordSignIn } from './password-sign-in.tsx';
import { beginSignIn, ProviderButtons } from './provider-button.tsx';
import { signedInUserId } from './signed-in-user.ts';
import { TwoFactorSignIn } from './two-factor-sign-in.tsx';
import { useFocusAfterTyping } from './use-focus-after-typing.ts';

/** Asks the user whose session has ended to sign in again, over the page, which stays as it is. */
export default function SignInAgainDialog(props: { user: Me['user']; onDone(): void }) {
  const { isLoading } = useQuery(signInProviders);
  // The buttons of providers are above the form, and would move it.
  return isLoading ? null : <OpenedDialog {...props} />;
}

function OpenedDialog({ user, onDone }: { user: Me['user']; onDone(): void }) {
  const [needsCode, setNeedsCode] = useState(false);
  const passwordRef = useRef<HTMLInputElement>(null);
  const hasFocus = useFocusAfterTyping(passwordRef);
  useSignInElsewhere(user.id, onDone);
  return (
    <Dialog
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      trapFocus={hasFocus}
      title={needsCode ? t('account.signIn.codeTitle') : t('account.again.title')}
      // Others may see this screen.
      overlayProps={{ blur: 6, backgroundOpacity: 0.4 }}
      zIndex={1000}
    >
      <Stack>
        <Text>{needsCode ? t('account.signIn.codeText') : t('account.again.text')}</Text>
        {needsCode ? (
          <TwoFactorSignIn onDone={onDone} onBack={() => setNeedsCode(false)} />
        ) : (
          <>
            <ProviderButtons begin={(provider) => beginSignIn(provider, '/signed-in')} inWindow />
            <PasswordSignIn
              knownEmail={user.email}
              passwordRef={passwordRef}
              onDone={onDone}
              onNeedsCode={() => setNeedsCode(true)}
            />
          </>
        )}
        <Anchor size="sm" href={`/sign-in?${new URLSearchParams({ to: location.pathname })}`}>
          {t('account.again.other')}
        </Anchor>
      </Stack>
    </Dialog>
  );
}

/** Goes on where the user has signed in meanwhile in another tab or window, as somebody else after a reload. */
function useSignInElsewhere(userId: string, onDone: () => void): void {
  useEffect(() => {
    const check = async () => {
      const signedInId = await signedInUserId();
      if (signedInId === userId) onDone();
      else if (signedInId !== null) location.reload();
    };
    const onChange = () => void check();
    window.addEventListener('focus', onChange);
    const stopListening = onSignIn(onChange);
    return () => {
      window.removeEventListener('focus', onChange);
      stopListening();
    };
  }, [userId, onDone]);
}
