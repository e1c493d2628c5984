import { OAuth2Client } from 'google-auth-library';
import type { GoogleClientConfig } from './config.ts';

/**
 * How every request to Google is made: a time-out, no retries by the library (it ignores Retry-After),
 * and no proxy for a Google that stands in on this machine.
 */
export function requestOptions(timeout: number, signal?: AbortSignal) {
  return {
    timeout,
    signal,
    retry: false,
    retryConfig: { retry: 0, noResponseRetries: 0 },
    noProxy: ['localhost', '127.0.0.1', '[::1]'],
  };
}

/** Google's OAuth client for one exchange with it; `redirectUri` only where one is needed. */
export function oauthClient(
  config: GoogleClientConfig,
  signal?: AbortSignal,
  redirectUri?: string,
): OAuth2Client {
  const { addresses } = config;
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

/** A header of Google's answer; the library hands on one of several kinds of headers, whatever its types say. */
export function headerOf(headers: unknown, name: string): string | null {
  if (typeof headers !== 'object' || headers === null) return null;
  if ('get' in headers && typeof headers.get === 'function') return headers.get(name) ?? null;
  const value = (headers as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : null;
}
