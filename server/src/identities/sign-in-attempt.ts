import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Sealer } from '../google/seal.ts';
import { type ProviderId, providerIds, type SignInSecrets } from './provider.ts';

/** How long a sign-in at a provider may take, in seconds. */
export const attemptSeconds = 600;

const sealPurpose = 'sign-in at a provider';
const statePrefix = 'sign-in.';

const path = z.string().regex(/^\/(?![/\\])/);
const purposeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sign-in'), to: path }),
  z.object({ kind: z.literal('invitation'), token: z.string() }),
  z.object({ kind: z.literal('link'), userId: z.string(), sessionId: z.string(), to: path }),
]);
const attemptSchema = z.object({
  provider: z.enum(providerIds),
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  purpose: purposeSchema,
  expiresAt: z.number(),
});

/** What somebody signs in at a provider for. `to`: the page of Postroom that they return to. */
export type SignInPurpose = z.output<typeof purposeSchema>;
/** A sign-in that is under way in one browser, which alone can finish it. */
export type SignInAttempt = z.output<typeof attemptSchema>;

/**
 * Begins a sign-in. `cookie` is for the browser that begins it: it has the secrets, encrypted, so that nobody can
 * finish it elsewhere (login CSRF), or change what it is for.
 */
export async function beginAttempt(
  sealer: Sealer,
  { provider, purpose, now }: { provider: ProviderId; purpose: SignInPurpose; now: Date },
): Promise<{ secrets: SignInSecrets; cookie: string }> {
  // 256 bits each; as 43 characters, the minimum length of a verifier (RFC 7636, section 4.1).
  const random = () => randomBytes(32).toString('base64url');
  const secrets = { state: `${statePrefix}${random()}`, nonce: random(), codeVerifier: random() };
  const attempt: SignInAttempt = {
    ...secrets,
    provider,
    purpose,
    expiresAt: now.getTime() + attemptSeconds * 1000,
  };
  return { secrets, cookie: await sealer.seal(JSON.stringify(attempt), sealPurpose) };
}

/** The attempt that a callback belongs to; null if it was begun in another browser, for another provider, or is too old. */
export async function readAttempt(
  sealer: Sealer,
  { provider, state, cookie, now }: { provider: ProviderId; state: string; cookie: string; now: Date },
): Promise<SignInAttempt | null> {
  const opened = await sealer.open(cookie, sealPurpose);
  const attempt = opened === null ? null : attemptSchema.parse(JSON.parse(opened));
  if (attempt?.provider !== provider || attempt.state !== state) return null;
  return attempt.expiresAt > now.getTime() ? attempt : null;
}

/** Whether a state was made here; connecting an address shares its callback. */
export function isSignInState(state: unknown): boolean {
  return typeof state === 'string' && state.startsWith(statePrefix);
}
