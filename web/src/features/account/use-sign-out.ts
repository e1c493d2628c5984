import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { postAuth } from '../../api/auth-client.ts';

/** Ends the session, forgets what was read with it, and shows the sign-in page. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    await postAuth('sign-out');
    client.clear();
    void navigate({ to: '/sign-in' });
  };
}
