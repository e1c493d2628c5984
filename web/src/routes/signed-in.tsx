import { useEffect } from 'react';
import { announceSignIn } from '../api/sign-in-channel.ts';
import { t } from '../locales/messages.ts';
import { CardPage } from '../ui/card-page.tsx';

/** The end of a sign-in in a window of its own: it closes, and the page that opened it goes on. */
export default function SignedInPage() {
  useEffect(() => {
    announceSignIn();
    window.close();
  }, []);
  return <CardPage title={t('signIn.done')} text={t('signIn.doneText')} />;
}
