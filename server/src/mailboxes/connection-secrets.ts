import { type Gmail, openGmail } from '../google/gmail.ts';
import { refresh, type SignInProof, type Tokens } from '../google/oauth.ts';
import type { Sealer } from '../google/seal.ts';
import type { ConnectingNeeds } from './connection-deps.ts';

/** What a connection keeps sealed: first the proof its sign-in is recognised by, then its tokens. */
const purpose = (connectionId: string) => `connection ${connectionId}`;

export function sealProof(sealer: Sealer, connectionId: string, proof: SignInProof): Promise<string> {
  return sealer.seal(JSON.stringify(proof), purpose(connectionId));
}

export async function openProof(
  sealer: Sealer,
  connectionId: string,
  sealed: string,
): Promise<SignInProof | null> {
  const text = await sealer.open(sealed, purpose(connectionId));
  return text === null ? null : JSON.parse(text);
}

export function sealTokens(sealer: Sealer, connectionId: string, tokens: Tokens): Promise<string> {
  return sealer.seal(JSON.stringify(tokens), purpose(connectionId));
}

export async function openTokens(
  sealer: Sealer,
  connectionId: string,
  sealed: string,
): Promise<Tokens | null> {
  const text = await sealer.open(sealed, purpose(connectionId));
  if (text === null) return null;
  const tokens: Tokens & { accessTokenExpiresAt: string } = JSON.parse(text);
  return { ...tokens, accessTokenExpiresAt: new Date(tokens.accessTokenExpiresAt) };
}

/** Opens the account's mailbox with tokens of an authorisation that is not saved yet. */
export function openWithTokens(
  { google, quota }: Pick<ConnectingNeeds, 'google' | 'quota'>,
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
      const fresh = await refresh(google, tokens.refreshToken, now);
      if (fresh.kind === 'ok') return { kind: 'token', accessToken: fresh.value.accessToken };
      if (fresh.kind === 'disconnected') return fresh;
      return { kind: 'temporary', after: 'after' in fresh ? fresh.after : null };
    },
  });
}
