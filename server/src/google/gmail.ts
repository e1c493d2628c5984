import type { gmail_v1, MethodOptions } from '@googleapis/gmail';
import { backoff } from '../backoff.ts';
import { loadLater } from '../load-later.ts';
import { googleCalls } from '../metrics/metrics.ts';
import { inSpan } from '../tracing/tracing.ts';
import type { AccessToken } from './access-token.ts';
import { requestOptions } from './client.ts';
import type { GoogleClientConfig } from './config.ts';
import { failureOfThrown, type GoogleCall, type GoogleResult, responseOf } from './errors.ts';
import type { GmailQuota, Priority } from './quota.ts';

/** One mailbox at Gmail, for the calls of this folder (profile, history, messages …). */
export type Gmail = {
  request<T>(
    method: { call: GoogleCall; units: number; timeout?: number },
    work: (api: gmail_v1.Gmail, options: MethodOptions) => Promise<T>,
  ): Promise<GoogleResult<T>>;
};

const gmailLibrary = loadLater<typeof import('@googleapis/gmail')>('@googleapis/gmail');

/** Timeout of a call, in milliseconds; that of calls with whole messages is longer. */
const callTimeoutMs = 30_000;
export const messageTimeoutMs = 120_000;

/**
 * Opens one mailbox at Gmail; sends no request. `token` returns a usable access token (access-token.ts),
 * another one than `rejected` if that is given.
 */
export function openGmail(options: {
  config: GoogleClientConfig;
  /** The key of the quota: the mailbox's id. */
  mailbox: string;
  token: (rejected?: string) => Promise<AccessToken>;
  quota: GmailQuota;
  priority: Priority;
  signal?: AbortSignal;
}): Gmail {
  const { config, mailbox, quota, priority, signal } = options;
  const rootUrl = config.addresses.gmailRoot;
  let opened: gmail_v1.Gmail | null = null;
  const openApi = () => gmailLibrary().gmail({ version: 'v1', rootUrl });

  return {
    async request({ call, units, timeout = callTimeoutMs }, work) {
      const attempt = async (rejected?: string): Promise<GoogleResult<Awaited<ReturnType<typeof work>>>> => {
        const token = await options.token(rejected);
        if (token.kind === 'disconnected') return token;
        if (token.kind === 'temporary') {
          return { kind: 'retry', after: token.after, cause: 'google-busy', uncertain: false };
        }
        try {
          const headers = { authorization: `Bearer ${token.accessToken}` };
          // rootUrl again, because for uploads the library reads it only here.
          opened ??= openApi();
          const value = await work(opened, { ...requestOptions(timeout, signal), headers, rootUrl });
          return { kind: 'ok', value };
        } catch (error) {
          const failure = failureOfThrown(error, call, new Date());
          // After a 401 of Google's, not a proxy's, once more with a fresh token; a second one is final
          // (docs/gmail.md, section 1).
          const isRejected = failure.kind === 'disconnected' && responseOf(error)?.status === 401;
          if (isRejected && rejected === undefined) return attempt(token.accessToken);
          return failure;
        }
      };
      try {
        return await quota.run(mailbox, { units, priority, signal }, async () => {
          const answer = await inSpan({ name: `gmail ${call}`, kind: 'client' }, async (span) => {
            const result = await attempt();
            span?.set({ 'postroom.result': result.kind });
            return result;
          });
          googleCalls.inc({ call, result: answer.kind });
          if (answer.kind === 'rate-limited') quota.pause(mailbox, backoff(1, answer.after));
          return answer;
        });
      } catch (error) {
        if (!signal?.aborted) throw error;
        return { kind: 'retry', after: null, cause: 'stopped', uncertain: false };
      }
    },
  };
}
