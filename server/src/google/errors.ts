import { type StoredProblem, storedProblem } from '../problems.ts';
import { headerOf } from './client.ts';
import type { Disconnection } from './disconnections.ts';
import { retryDelay } from './retry-delay.ts';

/** The kind of request: the same response means different things for different ones. */
export type GoogleCall =
  | 'exchange'
  | 'refresh'
  | 'revoke'
  | 'keys'
  | 'history'
  | 'send'
  | 'gmail'
  | 'pubsub'
  | 'risc';

type RetryCause =
  | 'google-busy'
  | 'timed-out'
  | 'connection-cut'
  | 'unreachable'
  | 'stopped'
  | 'unexpected-answer'
  /** Google refuses what it usually accepts: "Precondition check failed". */
  | 'precondition';

/**
 * Every way in which a call to Google fails. `after`: milliseconds Google asks to wait; null if it names no
 * time. `uncertain`: the request may have been executed although its response was lost. `message`: Google's
 * own words, up to 300 characters.
 */
export type GoogleFailure =
  | { kind: 'disconnected'; code: Disconnection }
  | { kind: 'retry'; after: number | null; cause: RetryCause; uncertain: boolean; message?: string }
  /** `project`: a quota of the whole Google Cloud project, set by its owner. */
  | { kind: 'rate-limited'; after: number | null; project?: true }
  | { kind: 'sending-limit'; after: number | null }
  | { kind: 'history-expired' }
  | { kind: 'not-found' }
  /** `forbidden`: with 403, so it is about the access and not about what was asked for. */
  | { kind: 'refused'; problem: StoredProblem; forbidden?: true };

/** The result of a call to Google. */
export type GoogleResult<T> = { kind: 'ok'; value: T } | GoogleFailure;

/** The parts of an HTTP response that decide what it means. */
export type GoogleResponse = { status: number; retryAfter: string | null; body: unknown };

/** Thrown inside a call when a response lacks what Google always sends (it may be a captive portal's). */
export class UnexpectedAnswer extends Error {}

/** Maps every failed response of Google. Sources: docs/gmail.md, sections 1, 3 and 4. */
export function failureOf(answer: GoogleResponse, call: GoogleCall, now: Date): GoogleFailure {
  const errorBody = readBody(answer.body);
  const after = retryDelay(answer.retryAfter, errorBody.message, now);
  const { status } = answer;
  if (status >= 500 || status === 408 || status === 409) {
    return { kind: 'retry', after, cause: 'google-busy', uncertain: true, ...wordsOf(errorBody) };
  }
  if (call === 'exchange' || call === 'refresh' || call === 'revoke') {
    return oauthFailure(errorBody, call, status, after);
  }
  if (call === 'pubsub' && (status === 401 || (status === 403 && !isRateLimit(errorBody))))
    return pubsubForbidden;
  if (status === 429 || (status === 403 && isRateLimit(errorBody)))
    return rateLimitFailure(errorBody, call, after);
  if (status === 413 || /too large|size limit|exceeds the maximum/i.test(errorBody.message)) return tooLarge;
  // A 401 or 404 of a proxy says nothing about the access or the message.
  if (!errorBody.fromGoogle) return retryFailure('unexpected-answer', true);
  if (status === 401) return { kind: 'disconnected', code: 'access-revoked' };
  if (status === 403) return forbiddenFailure(errorBody);
  if (status === 404) return { kind: call === 'history' ? 'history-expired' : 'not-found' };
  if (errorBody.reasons.includes('failedPrecondition')) return preconditionFailure(errorBody, after);
  // For a thread id that is not of this mailbox Gmail responds 400 as well as 404.
  if (call === 'send' && /thread_?id/i.test(errorBody.message)) return { kind: 'not-found' };
  if (call === 'send' && /recipient|invalid (to|cc|bcc)\b/i.test(errorBody.message)) return badRecipient;
  return refusedByGoogle(errorBody.message);
}

/** Maps what a call threw: an error response, a timeout, a failed connection or DNS lookup. */
export function failureOfThrown(error: unknown, call: GoogleCall, now: Date): GoogleFailure {
  const answer = responseOf(error);
  if (answer) return failureOf(answer, call, now);
  if (error instanceof UnexpectedAnswer) return retryFailure('unexpected-answer', true);
  const codes = codesOf(error);
  if (
    codes.some(
      (code) =>
        code === 'TimeoutError' || code === 'ETIMEDOUT' || /(JWKS|CONNECT|HEADERS|BODY)_TIMEOUT$/.test(code),
    )
  ) {
    return retryFailure('timed-out', true);
  }
  if (codes.includes('AbortError') || codes.includes('ABORT_ERR')) return retryFailure('stopped', true);
  // Failed before anything was sent: the request was certainly not executed.
  if (
    codes.some((code) =>
      /^(ENOTFOUND|EAI_|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|EADDR|CERT_|DEPTH_|SELF_|UNABLE_|ERR_TLS|ERR_SSL)/.test(
        code,
      ),
    )
  ) {
    return retryFailure('unreachable', false);
  }
  return retryFailure('connection-cut', true);
}

/** The HTTP response inside an error thrown by Google's clients; null if there was none. */
export function responseOf(error: unknown): GoogleResponse | null {
  if (typeof error !== 'object' || error === null || !('response' in error)) return null;
  const response = error.response as { status?: number; headers?: unknown; data?: unknown } | undefined;
  if (!response?.status) return null;
  return {
    status: response.status,
    retryAfter: headerOf(response.headers, 'retry-after'),
    body: response.data,
  };
}

function retryFailure(cause: RetryCause, uncertain: boolean): GoogleFailure {
  return { kind: 'retry', after: null, cause, uncertain };
}

/** An error body in either of Google's formats: OAuth's (RFC 6749, section 5.2) or its APIs' (AIP-193). */
type ErrorBody = {
  error: string;
  subtype: string;
  message: string;
  reasons: string[];
  /** False if the body has neither format: a proxy responded. */
  fromGoogle: boolean;
};

/** Reads the body of an error response. */
export function readBody(body: unknown): ErrorBody {
  const outer = parsed(body);
  const { error } = outer;
  if (typeof error === 'string') {
    const message = text(outer.error_description);
    return { error, subtype: text(outer.error_subtype), message, reasons: [], fromGoogle: true };
  }
  const inner = record(error);
  const listed = [...list(inner.errors), ...list(inner.details)].map((entry) => text(record(entry).reason));
  if (inner.status === 'FAILED_PRECONDITION') listed.push('failedPrecondition');
  const byGoogle = typeof inner.code === 'number';
  return {
    error: '',
    subtype: '',
    message: text(inner.message),
    reasons: listed.filter(Boolean),
    fromGoogle: byGoogle,
  };
}

function oauthFailure(
  errorBody: ErrorBody,
  call: GoogleCall,
  status: number,
  after: number | null,
): GoogleFailure {
  if (status === 429) return { kind: 'retry', after, cause: 'google-busy', uncertain: false };
  if (errorBody.subtype === 'invalid_rapt') return { kind: 'disconnected', code: 'sign-in-expired' };
  switch (errorBody.error) {
    case 'invalid_grant':
      if (call === 'exchange') return expiredCode;
      if (/deleted|disabled|suspended/i.test(errorBody.message)) {
        return { kind: 'disconnected', code: 'account-disabled' };
      }
      return { kind: 'disconnected', code: 'access-revoked' };
    case 'admin_policy_enforced':
    case 'access_denied':
    case 'org_internal':
      return { kind: 'disconnected', code: 'blocked-by-admin' };
    case 'invalid_client':
    case 'unauthorized_client':
    case 'deleted_client':
    case 'disabled_client':
      return { kind: 'disconnected', code: 'oauth-client-rejected' };
    case 'temporarily_unavailable':
    case 'internal_failure':
    case 'server_error':
      return { kind: 'retry', after, cause: 'google-busy', uncertain: true };
    case 'redirect_uri_mismatch':
      return redirectUnknown;
    case '':
      // Not an OAuth error: a proxy responded.
      return retryFailure('unexpected-answer', true);
    default:
      // After any other refused refresh the mailbox must be connected again.
      if (call === 'refresh') return { kind: 'disconnected', code: 'access-revoked' };
      return refusedByGoogle([errorBody.error, errorBody.message].filter(Boolean).join(': '));
  }
}

function isRateLimit({ reasons, message }: ErrorBody): boolean {
  return (
    reasons.some((reason) => /^(rateLimit|userRateLimit|dailyLimit|quota)Exceeded$/.test(reason)) ||
    /quota exceeded|rate limit/i.test(message)
  );
}

const hour = 3_600_000;

function rateLimitFailure(errorBody: ErrorBody, call: GoogleCall, after: number | null): GoogleFailure {
  if (call === 'send' && /mail sending|sending limit/i.test(errorBody.message)) {
    return { kind: 'sending-limit', after };
  }
  // A quota set by the owner of the Google Cloud project; it lasts until raised or until the day ends.
  if (errorBody.reasons.includes('dailyLimitExceeded')) {
    return { kind: 'rate-limited', after: after ?? hour, project: true };
  }
  return { kind: 'rate-limited', after };
}

function forbiddenFailure({ reasons, message }: ErrorBody): GoogleFailure {
  const has = (...names: string[]) => names.some((name) => reasons.includes(name));
  if (has('domainPolicy')) return { kind: 'disconnected', code: 'blocked-by-admin' };
  if (has('insufficientPermissions', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT')) {
    return { kind: 'disconnected', code: 'scope-missing' };
  }
  if (has('accessNotConfigured', 'SERVICE_DISABLED'))
    return { kind: 'disconnected', code: 'gmail-api-disabled' };
  return { ...refusedByGoogle(message), forbidden: true };
}

/**
 * The meanings of `failedPrecondition` (docs/gmail.md, section 7). Only "Mail service not enabled" names its
 * cause. An account without mailbox is refused in the words of a passing refusal, so all others are retried,
 * and tell Google's words. One report of another API of Google's saw the request executed nevertheless.
 */
function preconditionFailure(errorBody: ErrorBody, after: number | null): GoogleFailure {
  if (/mail service not enabled/i.test(errorBody.message)) {
    return { kind: 'disconnected', code: 'gmail-disabled' };
  }
  return { kind: 'retry', after, cause: 'precondition', uncertain: true, ...wordsOf(errorBody) };
}

const wordsOf = ({ message }: ErrorBody) => (message ? { message: message.slice(0, 300) } : {});

const refused = (problem: StoredProblem) => ({ kind: 'refused' as const, problem });
const expiredCode = refused(storedProblem('authorization-code-expired'));
const redirectUnknown = refused(storedProblem('redirect-uri-mismatch'));
const pubsubForbidden = refused(storedProblem('pubsub-forbidden'));
const tooLarge = refused(storedProblem('message-too-large'));
const badRecipient = refused(storedProblem('recipient-refused'));

function refusedByGoogle(message: string): GoogleFailure & { kind: 'refused' } {
  return refused(
    message
      ? storedProblem('google-refused', { message: message.slice(0, 300) })
      : storedProblem('google-refused-without-reason'),
  );
}

function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (let current = error; typeof current === 'object' && current !== null && codes.length < 16; ) {
    const { code, name, cause } = current as { code?: unknown; name?: unknown; cause?: unknown };
    codes.push(text(code), text(name));
    current = cause;
  }
  return codes;
}

function parsed(body: unknown): Record<string, unknown> {
  if (typeof body !== 'string') return record(body);
  try {
    return record(JSON.parse(body));
  } catch {
    return {};
  }
}
const record = (value: unknown) =>
  (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
