import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { postAuth } from '../../api/auth-client.ts';
import type { ProblemError } from '../../api/client.ts';

/** Ends the session, forgets what was read with it, and shows the sign-in page. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    try {
      await postAuth('sign-out');
    } catch (error) {
      const { message, detail } = error as ProblemError;
      notifications.show({ color: 'red', title: message, message: detail });
      return;
    }
    client.clear();
    void navigate({ to: '/sign-in' });
  };
}
