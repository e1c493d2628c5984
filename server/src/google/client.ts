import type { MethodOptions } from '@googleapis/gmail';
import type { OAuth2Client } from 'google-auth-library';
import { loadLater } from '../load-later.ts';
import type { GoogleClientConfig } from './config.ts';
import { hasNodeBody, sendByNode } from './node-request.ts';

/** Google's library for signing in. */
export const authLibrary = loadLater<typeof import('google-auth-library')>('google-auth-library');

/**
 * Options of every request to Google: a timeout in milliseconds, no retries by the library (it ignores
 * Retry-After), and no proxy for a simulator on this machine.
 */
export function requestOptions(timeout: number, signal?: AbortSignal) {
  return {
    timeout,
    signal,
    retry: false,
    retryConfig: { retry: 0, noResponseRetries: 0 },
    noProxy: ['localhost', '127.0.0.1', '[::1]'],
    adapter: sendRequest,
  };
}

type Adapter = NonNullable<MethodOptions['adapter']>;

/**
 * Makes no request whose signal is aborted already: node-fetch would destroy the stream of its body with an error that
 * nobody listens to, which ends the process.
 */
const sendRequest: Adapter = (request, send) => {
  request.signal?.throwIfAborted();
  return hasNodeBody(request) ? (sendByNode(request) as ReturnType<typeof send>) : send(request);
};

/** Google's OAuth client for one request; `redirectUri` only where the request needs one. */
export function oauthClient(
  config: GoogleClientConfig,
  signal?: AbortSignal,
  redirectUri?: string,
): OAuth2Client {
  const { addresses } = config;
  const { OAuth2Client } = authLibrary();
  return new OAuth2Client({
    clientId: config.clientId,
    clientSecret: config.clientSecret,
    redirectUri,
    endpoints: {
      oauth2AuthBaseUrl: addresses.authorization,
      oauth2TokenUrl: addresses.token,
      oauth2RevokeUrl: addresses.revoke,
    },
    transporterOptions: requestOptions(10_000, signal),
  });
}

/** A header of a response. The library returns a Headers object or a plain one, whatever its types say. */
export function headerOf(headers: unknown, name: string): string | null {
  if (typeof headers !== 'object' || headers === null) return null;
  if ('get' in headers && typeof headers.get === 'function') return headers.get(name) ?? null;
  const value = (headers as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : null;
}
