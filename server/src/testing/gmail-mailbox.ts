import type { FaultKind } from '../../../google-simulator/src/faults.ts';
import { type Gmail, openGmail } from '../google/gmail.ts';
import { authorizationUrl, createSignInSecrets, exchangeCode, refresh } from '../google/oauth.ts';
import { createQuota, type GmailQuota, type Priority } from '../google/quota.ts';
import type { startSimulatedGoogle } from './simulated-google.ts';

type Google = Awaited<ReturnType<typeof startSimulatedGoogle>>;
const redirectUri = 'http://localhost:4400/oauth/google/callback';

/** Signs in at the simulated Google and opens the account's mailbox, without Postroom. */
export async function openMailbox(
  google: Google,
  address: string,
  options: { untick?: string; signal?: AbortSignal; quota?: GmailQuota; priority?: Priority } = {},
): Promise<Gmail> {
  const proof = createSignInSecrets();
  const url = authorizationUrl(google.config, { redirectUri, secrets: proof });
  const { code = '' } = await google.signIn(url, { as: address, untick: options.untick });
  const granted = await exchangeCode(google.config, { code, redirectUri, secrets: proof, now: new Date() });
  if (granted.kind !== 'ok') throw new Error(`${address} could not sign in: ${granted.kind}`);
  const { tokens } = granted.value;
  return openGmail({
    config: google.config,
    mailbox: address,
    quota: options.quota ?? createQuota(),
    priority: options.priority ?? 'send',
    signal: options.signal,
    async token(rejected) {
      if (!rejected) return { kind: 'token', accessToken: tokens.accessToken };
      const fresh = await refresh(google.config, tokens.refreshToken, new Date());
      if (fresh.kind === 'ok') return { kind: 'token', accessToken: fresh.value.accessToken };
      return fresh.kind === 'disconnected' ? fresh : { kind: 'temporary', after: null };
    },
  });
}

/** Controls the simulated Google through its control endpoints. */
export function simulatorControls(google: Google) {
  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${google.url}/control${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.json() as Promise<Record<string, unknown>>;
  };
  return {
    /** Makes the next `times` calls of a method fail; null: all calls until cleared. */
    fault: (method: string, kind: FaultKind, times: number | null = 1, retryAfterSeconds = 1) =>
      call('POST', '/faults', { method, kind, times, retryAfterSeconds }),
    /** Makes every call about one message fail: its Gmail id, its Message-ID or its subject; null: until removed. */
    messageFault: (message: string, kind: FaultKind, times: number | null = null) =>
      call('POST', '/message-faults', { message, kind, times }),
    clearMessageFault: (message: string) =>
      call('DELETE', `/message-faults?message=${encodeURIComponent(message)}`),
    clearMessageFaults: () => call('DELETE', '/message-faults'),
    /** How many times the faults can still occur. */
    async faultsLeft(): Promise<number> {
      const { faults } = (await call('GET', '/faults')) as { faults: Array<{ times: number }> };
      return faults.reduce((sum, { times }) => sum + times, 0);
    },
    clear: () => call('DELETE', '/faults'),
    expireHistory: (account: string) => call('POST', '/expire-history', { account }),
    quota: (perMinute: number | null) => call('POST', '/quota', { perMinute }),
    sendAs: (account: string, email: string, name: string, status: 'accepted' | 'pending') =>
      call('POST', '/send-as', { account, email, name, status }),
    deliver: (from: string, to: string[], raw: Uint8Array) =>
      call('POST', '/deliver', { from, to, raw: Buffer.from(raw).toString('base64') }),
  };
}
