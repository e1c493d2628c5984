import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { postAuth } from '../../api/auth-client.ts';
import type { ProblemError } from '../../api/client.ts';
import { countWritten, forgetWritten } from '../../api/outbox.ts';
import { forgetPush } from '../../api/push-browser.ts';
import { me } from '../../api/queries/account.ts';
import { showUnsentWarning } from './unsent-warning.tsx';

/**
 * Ends the session, forgets what was read and written with it in this browser, and shows the sign-in page. Where
 * that deletes what the server does not have, it asks first.
 */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = async () => {
    const userId = client.getQueryData(me.queryKey)?.user.id ?? '';
    try {
      await postAuth('sign-out');
    } catch (error) {
      const { message, detail } = error as ProblemError;
      notifications.show({ color: 'red', title: message, message: detail });
      return;
    }
    forgetWritten(userId);
    // The server has forgotten this browser with the session.
    void forgetPush().catch(() => {});
    client.clear();
    void navigate({ to: '/sign-in' });
  };
  return async () => {
    const written = countWritten(client.getQueryData(me.queryKey)?.user.id ?? '');
    if (written.messages + written.texts > 0) showUnsentWarning(written, () => void signOut());
    else await signOut();
  };
}
