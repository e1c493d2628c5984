import { type Gmail, openGmail } from '../google/gmail.ts';
import { refresh, type SignInSecrets, type Tokens } from '../google/oauth.ts';
import type { Sealer } from '../google/seal.ts';
import type { ConnectionDeps } from './connection-deps.ts';

/** What a connection stores encrypted: first the proof of its sign-in, then its tokens. */
const sealPurpose = (connectionId: string) => `connection ${connectionId}`;

export function sealSignInSecrets(
  sealer: Sealer,
  connectionId: string,
  secrets: SignInSecrets,
): Promise<string> {
  return sealer.seal(JSON.stringify(secrets), sealPurpose(connectionId));
}

export async function openSignInSecrets(
  sealer: Sealer,
  connectionId: string,
  sealed: string,
): Promise<SignInSecrets | null> {
  const text = await sealer.open(sealed, sealPurpose(connectionId));
  return text === null ? null : JSON.parse(text);
}

export function sealTokens(sealer: Sealer, connectionId: string, tokens: Tokens): Promise<string> {
  return sealer.seal(JSON.stringify(tokens), sealPurpose(connectionId));
}

export async function openTokens(
  sealer: Sealer,
  connectionId: string,
  sealed: string,
): Promise<Tokens | null> {
  const text = await sealer.open(sealed, sealPurpose(connectionId));
  if (text === null) return null;
  const tokens: Tokens & { accessTokenExpiresAt: string } = JSON.parse(text);
  return { ...tokens, accessTokenExpiresAt: new Date(tokens.accessTokenExpiresAt) };
}

/** Opens the account's mailbox with the tokens of an authorisation that is not saved yet. */
export function openGmailWithTokens(
  { google, quota }: Pick<ConnectionDeps, 'google' | 'quota'>,
  connectionId: string,
  tokens: Tokens,
): Gmail {
  return openGmail({
    config: google,
    mailbox: connectionId,
    quota,
    priority: 'live',
    async token(rejected) {
      const now = new Date();
      if (!rejected && tokens.accessTokenExpiresAt > now) {
        return { kind: 'token', accessToken: tokens.accessToken };
      }
      const refreshed = await refresh(google, tokens.refreshToken, now);
      if (refreshed.kind === 'ok') return { kind: 'token', accessToken: refreshed.value.accessToken };
      if (refreshed.kind === 'disconnected') return refreshed;
      return { kind: 'temporary', after: 'after' in refreshed ? refreshed.after : null };
    },
  });
}
