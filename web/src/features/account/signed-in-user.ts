import type { Me } from '../../api/client.ts';

/**
 * The id of the user who is signed in in this browser now; null where nobody is, or that is not known. Not by the API's
 * client, which would wait for the dialog that asks to sign in again.
 */
export async function signedInUserId(): Promise<string | null> {
  const response = await fetch('/api/me').catch(() => null);
  return response?.ok ? ((await response.json()) as Me).user.id : null;
}
