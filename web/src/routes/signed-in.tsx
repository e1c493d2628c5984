import { useEffect } from 'react';
import { t } from '../locales/messages.ts';
import { CardPage } from '../ui/card-page.tsx';

/** The end of a sign-in in a window of its own: it closes, and the page that opened it goes on. */
export default function SignedInPage() {
  useEffect(() => window.close(), []);
  return <CardPage title={t('signIn.done')} text={t('signIn.doneText')} />;
}
