import { type StoredProblem, storedProblem } from '../problems.ts';
import { headerOf } from './client.ts';
import type { Disconnection } from './disconnections.ts';
import { retryDelay } from './retry-delay.ts';

/** What was asked of Google: the same answer means different things to different questions. */
export type GoogleCall = 'exchange' | 'refresh' | 'revoke' | 'keys' | 'history' | 'send' | 'gmail' | 'pubsub';

type RetryCause =
  | 'google-busy'
  | 'timed-out'
  | 'connection-cut'
  | 'unreachable'
  | 'stopped'
  | 'unexpected-answer';

/**
 * Every way in which a call to Google ends other than well. Times are milliseconds from now; null
 * where Google named none. `uncertain`: the work may have been done although the answer was lost.
 */
export type GoogleFailure =
  | { kind: 'disconnected'; code: Disconnection }
  | { kind: 'retry'; after: number | null; cause: RetryCause; uncertain: boolean }
  /** `project`: the cap its owner set for the whole Google Cloud project. */
  | { kind: 'rate-limited'; after: number | null; project?: true }
  | { kind: 'sending-limit'; after: number | null }
  | { kind: 'history-expired' }
  | { kind: 'not-found' }
  | { kind: 'refused'; problem: StoredProblem };

/** The end of a call to Google. */
export type GoogleResult<T> = { kind: 'ok'; value: T } | GoogleFailure;

/** An HTTP answer of Google's, as far as it matters here. */
export type GoogleResponse = { status: number; retryAfter: string | null; body: unknown };

/** Thrown inside a call when Google's answer lacks what every such answer has (a captive portal, say). */
export class UnexpectedAnswer extends Error {}

/** THE map of Google's answers to ours. Sources: facts/gmail.md §1, §3, §4. */
export function failureOf(answer: GoogleResponse, call: GoogleCall, now: Date): GoogleFailure {
  const errorBody = readBody(answer.body);
  const after = retryDelay(answer.retryAfter, errorBody.message, now);
  const { status } = answer;
  if (status >= 500 || status === 408 || status === 409) {
    return { kind: 'retry', after, cause: 'google-busy', uncertain: true };
  }
  if (call === 'exchange' || call === 'refresh' || call === 'revoke') {
    return oauthFailure(errorBody, call, status, after);
  }
  if (call === 'pubsub' && (status === 401 || (status === 403 && !isRateLimit(errorBody))))
    return pubsubForbidden;
  if (status === 429 || (status === 403 && isRateLimit(errorBody)))
    return rateLimitFailure(errorBody, call, after);
  if (status === 413 || /too large|size limit|exceeds the maximum/i.test(errorBody.message)) return tooLarge;
  // A proxy's 401 ends no access, and its 404 deletes no message.
  if (!errorBody.fromGoogle) return retryFailure('unexpected-answer', true);
  if (status === 401) return { kind: 'disconnected', code: 'access-revoked' };
  if (status === 403) return forbiddenFailure(errorBody);
  if (status === 404) return { kind: call === 'history' ? 'history-expired' : 'not-found' };
  if (
    errorBody.reasons.includes('failedPrecondition') &&
    /mail service not enabled/i.test(errorBody.message)
  ) {
    return { kind: 'disconnected', code: 'gmail-disabled' };
  }
  // Gmail answers an id that is not of this mailbox with 400 as well as 404
  if (call === 'send' && /thread_?id/i.test(errorBody.message)) return { kind: 'not-found' };
  if (call === 'send' && /recipient|invalid (to|cc|bcc)\b/i.test(errorBody.message)) return badRecipient;
  return refusedByGoogle(errorBody.message);
}

/** Maps what a call threw instead of answering: cut connections, time-outs, names that do not resolve. */
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
  // Failures from before anything was sent: the work was certainly not done.
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

/** The HTTP answer inside an error thrown by Google's clients, or null where there was none. */
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

/** What Google said, out of its two shapes of error: OAuth's (RFC 6749 §5.2) and its APIs' (AIP-193). */
type ErrorBody = {
  error: string;
  subtype: string;
  message: string;
  reasons: string[];
  /** False where the body has neither shape: something on the way spoke. */
  fromGoogle: boolean;
};

function readBody(body: unknown): ErrorBody {
  const outer = parsed(body);
  const { error } = outer;
  if (typeof error === 'string') {
    const message = text(outer.error_description);
    return { error, subtype: text(outer.error_subtype), message, reasons: [], fromGoogle: true };
  }
  const inner = record(error);
  const listed = [...list(inner.errors), ...list(inner.details)].map((entry) => text(record(entry).reason));
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
      // Not Google's shape of an answer: something on the way spoke.
      return retryFailure('unexpected-answer', true);
    default:
      // Whatever the words, a refresh that Google refuses ends in connecting again.
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
  // A cap set by the owner of the Google Cloud project; it holds until raised or until the day ends.
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
  return refusedByGoogle(message);
}

const refused = (problem: StoredProblem): GoogleFailure => ({ kind: 'refused', problem });
const expiredCode = refused(storedProblem('authorization-code-expired'));
const redirectUnknown = refused(storedProblem('redirect-uri-mismatch'));
const pubsubForbidden = refused(storedProblem('pubsub-forbidden'));
const tooLarge = refused(storedProblem('message-too-large'));
const badRecipient = refused(storedProblem('recipient-refused'));

function refusedByGoogle(message: string): GoogleFailure {
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
