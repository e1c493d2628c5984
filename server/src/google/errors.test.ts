import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import {
  failureOf,
  failureOfThrown,
  type GoogleCall,
  type GoogleFailure,
  responseOf,
  UnexpectedAnswer,
} from './errors.ts';
import { retryDelay } from './retry-delay.ts';

const now = new Date('2026-11-23T10:00:00Z');

const gmailError = (code: number, reason: string, message: string) => ({
  error: { code, message, errors: [{ domain: 'global', reason, message }] },
});
const oauthError = (error: string, error_description = '', error_subtype?: string) => ({
  error,
  error_description,
  ...(error_subtype && { error_subtype }),
});

type Row = [what: string, call: GoogleCall, status: number, body: unknown, expected: Partial<GoogleFailure>];

const answers: Row[] = [
  // Refresh (docs/gmail.md, section 1)
  [
    'revoked or expired',
    'refresh',
    400,
    oauthError('invalid_grant', 'Token has been expired or revoked.'),
    { kind: 'disconnected', code: 'access-revoked' },
  ],
  [
    'unknown to Google',
    'refresh',
    400,
    oauthError('invalid_grant', 'Bad Request'),
    { kind: 'disconnected', code: 'access-revoked' },
  ],
  [
    'account deleted',
    'refresh',
    400,
    oauthError('invalid_grant', 'Account has been deleted'),
    { kind: 'disconnected', code: 'account-disabled' },
  ],
  [
    'account disabled',
    'refresh',
    400,
    oauthError('invalid_grant', 'Account disabled'),
    { kind: 'disconnected', code: 'account-disabled' },
  ],
  [
    'session control',
    'refresh',
    400,
    oauthError('invalid_grant', 'reauth related error (invalid_rapt)', 'invalid_rapt'),
    { kind: 'disconnected', code: 'sign-in-expired' },
  ],
  [
    'admin restricted',
    'refresh',
    400,
    oauthError('admin_policy_enforced'),
    { kind: 'disconnected', code: 'blocked-by-admin' },
  ],
  [
    'wrong secret',
    'refresh',
    401,
    oauthError('invalid_client', 'Unauthorized'),
    { kind: 'disconnected', code: 'oauth-client-rejected' },
  ],
  [
    'client of another project',
    'refresh',
    401,
    oauthError('unauthorized_client', 'Unauthorized'),
    { kind: 'disconnected', code: 'oauth-client-rejected' },
  ],
  [
    'deleted client',
    'refresh',
    401,
    oauthError('deleted_client'),
    { kind: 'disconnected', code: 'oauth-client-rejected' },
  ],
  [
    'an unknown error code',
    'refresh',
    400,
    oauthError('new_reason'),
    { kind: 'disconnected', code: 'access-revoked' },
  ],
  [
    'a captive portal',
    'refresh',
    403,
    '<html>Sign in to the hotel</html>',
    { kind: 'retry', cause: 'unexpected-answer', uncertain: true },
  ],
  ['Google has trouble', 'refresh', 503, '', { kind: 'retry', cause: 'google-busy' }],
  [
    'too many',
    'refresh',
    429,
    oauthError('rate_limit_exceeded'),
    { kind: 'retry', cause: 'google-busy', uncertain: false },
  ],
  // Exchange
  [
    'replayed code',
    'exchange',
    400,
    oauthError('invalid_grant', 'Malformed auth code.'),
    { kind: 'refused', problem: { code: 'authorization-code-expired', params: {} } },
  ],
  [
    'unregistered redirect URI',
    'exchange',
    400,
    oauthError('redirect_uri_mismatch', 'Bad Request'),
    { kind: 'refused', problem: { code: 'redirect-uri-mismatch', params: {} } },
  ],
  [
    'another OAuth error',
    'exchange',
    400,
    oauthError('invalid_request', 'Missing code'),
    { kind: 'refused', problem: { code: 'google-refused', params: {} } },
  ],
  // Gmail (docs/gmail.md, sections 3 and 4)
  [
    'expired access token',
    'gmail',
    401,
    gmailError(401, 'authError', 'Invalid Credentials'),
    { kind: 'disconnected', code: 'access-revoked' },
  ],
  [
    'quota units a minute',
    'gmail',
    403,
    gmailError(
      403,
      'rateLimitExceeded',
      "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user'",
    ),
    { kind: 'rate-limited', after: null },
  ],
  [
    'user rate limit',
    'gmail',
    403,
    gmailError(403, 'userRateLimitExceeded', 'User Rate Limit Exceeded'),
    { kind: 'rate-limited', after: null },
  ],
  [
    'concurrency',
    'gmail',
    429,
    gmailError(429, 'rateLimitExceeded', 'Too many concurrent requests for user.'),
    { kind: 'rate-limited', after: null },
  ],
  [
    'rate limit with a time',
    'gmail',
    429,
    gmailError(429, 'rateLimitExceeded', 'User-rate limit exceeded.  Retry after 2026-11-23T10:15:00.500Z'),
    { kind: 'rate-limited', after: 900_500 },
  ],
  [
    'daily quota of the project',
    'gmail',
    403,
    gmailError(403, 'dailyLimitExceeded', 'Daily Limit Exceeded'),
    { kind: 'rate-limited', after: 3_600_000 },
  ],
  [
    'domain policy',
    'gmail',
    403,
    gmailError(403, 'domainPolicy', 'The domain administrators have disabled Gmail apps.'),
    { kind: 'disconnected', code: 'blocked-by-admin' },
  ],
  [
    'scope missing',
    'gmail',
    403,
    gmailError(403, 'insufficientPermissions', 'Insufficient Permission'),
    { kind: 'disconnected', code: 'scope-missing' },
  ],
  [
    'scope missing, newer format',
    'gmail',
    403,
    {
      error: {
        code: 403,
        message: 'Request had insufficient authentication scopes.',
        status: 'PERMISSION_DENIED',
        details: [{ reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' }],
      },
    },
    { kind: 'disconnected', code: 'scope-missing' },
  ],
  [
    'API switched off',
    'gmail',
    403,
    gmailError(
      403,
      'accessNotConfigured',
      'Gmail API has not been used in project 1 before or it is disabled.',
    ),
    { kind: 'disconnected', code: 'gmail-api-disabled' },
  ],
  [
    'another mailbox',
    'gmail',
    403,
    gmailError(403, 'forbidden', 'Delegation denied for support@acme.example'),
    { kind: 'refused', problem: { code: 'google-refused', params: {} } },
  ],
  [
    'Gmail switched off',
    'gmail',
    400,
    gmailError(400, 'failedPrecondition', 'Mail service not enabled'),
    { kind: 'disconnected', code: 'gmail-disabled' },
  ],
  ...(['gmail', 'history', 'send'] as const).flatMap((call): Row[] => [
    [
      `a passing refusal of ${call}, or an account without mailbox`,
      call,
      400,
      gmailError(400, 'failedPrecondition', 'Precondition check failed.'),
      { kind: 'retry', cause: 'precondition', uncertain: true, message: 'Precondition check failed.' },
    ],
    [
      `a passing refusal of ${call}, in the newer format`,
      call,
      400,
      { error: { code: 400, message: 'Precondition check failed.', status: 'FAILED_PRECONDITION' } },
      { kind: 'retry', cause: 'precondition', message: 'Precondition check failed.' },
    ],
  ]),
  [
    'history too old',
    'history',
    404,
    gmailError(404, 'notFound', 'Requested entity was not found.'),
    { kind: 'history-expired' },
  ],
  [
    'message deleted',
    'gmail',
    404,
    gmailError(404, 'notFound', 'Requested entity was not found.'),
    { kind: 'not-found' },
  ],
  [
    'backend error',
    'gmail',
    500,
    gmailError(500, 'backendError', 'Backend Error'),
    { kind: 'retry', cause: 'google-busy', uncertain: true, message: 'Backend Error' },
  ],
  // A proxy, not Google
  ...(['gmail', 'history', 'send'] as const).flatMap((call) =>
    [401, 403, 404, 407].map(
      (status): Row => [
        `a proxy's ${status} to ${call}`,
        call,
        status,
        '<html>Sign in to this network</html>',
        { kind: 'retry', cause: 'unexpected-answer', uncertain: true },
      ],
    ),
  ),
  // Sending
  [
    'sending limit',
    'send',
    429,
    gmailError(
      429,
      'rateLimitExceeded',
      'User-rate limit exceeded.  Retry after 2026-11-23T14:00:00.000Z (Mail sending)',
    ),
    { kind: 'sending-limit', after: 14_400_000 },
  ],
  [
    'rate limit while sending',
    'send',
    429,
    gmailError(429, 'rateLimitExceeded', 'Too many concurrent requests for user.'),
    { kind: 'rate-limited', after: null },
  ],
  [
    'no recipient',
    'send',
    400,
    gmailError(400, 'invalidArgument', 'Recipient address required'),
    { kind: 'refused', problem: { code: 'recipient-refused', params: {} } },
  ],
  [
    'bad To',
    'send',
    400,
    gmailError(400, 'invalidArgument', 'Invalid To header'),
    { kind: 'refused', problem: { code: 'recipient-refused', params: {} } },
  ],
  [
    'thread of another mailbox',
    'send',
    400,
    gmailError(400, 'invalidArgument', 'Invalid thread_id value'),
    { kind: 'not-found' },
  ],
  [
    'deleted thread',
    'send',
    404,
    gmailError(404, 'notFound', 'Requested entity was not found.'),
    { kind: 'not-found' },
  ],
  [
    'too large',
    'send',
    413,
    'Request Entity Too Large',
    { kind: 'refused', problem: { code: 'message-too-large', params: {} } },
  ],
  ['lost after accepting', 'send', 502, '', { kind: 'retry', uncertain: true }],
  [
    'unknown 400',
    'send',
    400,
    gmailError(400, 'invalidArgument', 'Something new'),
    { kind: 'refused', problem: { code: 'google-refused', params: { message: 'Something new' } } },
  ],
  [
    'a refusal without words',
    'send',
    400,
    { error: { code: 400 } },
    { kind: 'refused', problem: { code: 'google-refused-without-reason', params: {} } },
  ],
  // Only a send has recipients, a thread to join and a sending limit
  ...[
    gmailError(400, 'invalidArgument', 'Invalid thread_id value'),
    gmailError(400, 'invalidArgument', 'Recipient address required'),
  ].map(
    (body): Row => [
      `“${body.error.message}” to another call`,
      'gmail',
      400,
      body,
      { kind: 'refused', problem: { code: 'google-refused', params: { message: body.error.message } } },
    ],
  ),
  [
    'threadId in one word',
    'send',
    400,
    gmailError(400, 'invalidArgument', 'Invalid threadId value'),
    { kind: 'not-found' },
  ],
  [
    'words of the sending limit to another call',
    'gmail',
    429,
    gmailError(429, 'rateLimitExceeded', 'User-rate limit exceeded. (Mail sending)'),
    { kind: 'rate-limited', after: null },
  ],
  [
    'a request that Google waited for',
    'send',
    408,
    '',
    { kind: 'retry', cause: 'google-busy', uncertain: true },
  ],
  ['a conflict', 'send', 409, '', { kind: 'retry', cause: 'google-busy', uncertain: true }],
  // Pub/Sub (docs/gmail.md, section 2)
  ...[401, 403].map(
    (status): Row => [
      `a ${status} of Pub/Sub`,
      'pubsub',
      status,
      { error: { code: status, message: 'User not authorized.', status: 'PERMISSION_DENIED' } },
      { kind: 'refused', problem: { code: 'pubsub-forbidden', params: {} } },
    ],
  ),
  [
    'a quota of Pub/Sub',
    'pubsub',
    403,
    gmailError(403, 'rateLimitExceeded', 'Too fast'),
    { kind: 'rate-limited', after: null },
  ],
  ['a topic that is not there', 'pubsub', 404, gmailError(404, 'notFound', 'Gone'), { kind: 'not-found' }],
  // OAuth
  ...(['temporarily_unavailable', 'internal_failure', 'server_error'] as const).map(
    (error): Row => [
      `OAuth’s ${error}`,
      'refresh',
      400,
      oauthError(error),
      { kind: 'retry', cause: 'google-busy', uncertain: true },
    ],
  ),
  [
    'another OAuth error, in Google’s words',
    'exchange',
    400,
    oauthError('invalid_request', 'Missing code'),
    {
      kind: 'refused',
      problem: { code: 'google-refused', params: { message: 'invalid_request: Missing code' } },
    },
  ],
  [
    'another OAuth error without words',
    'revoke',
    400,
    oauthError('invalid_request'),
    { kind: 'refused', problem: { code: 'google-refused', params: { message: 'invalid_request' } } },
  ],
  ['OAuth’s error of a call of Gmail', 'gmail', 401, oauthError('invalid_token'), { kind: 'disconnected' }],
  // A quota of the project
  [
    'daily quota of the project with a time',
    'gmail',
    403,
    gmailError(403, 'dailyLimitExceeded', 'Retry after 2026-11-23T10:00:20.000Z'),
    { kind: 'rate-limited', after: 20_000, project: true },
  ],
  [
    'a service that is not enabled, newer format',
    'gmail',
    403,
    { error: { code: 403, message: 'x', details: [{ reason: 'SERVICE_DISABLED' }] } },
    { kind: 'disconnected', code: 'gmail-api-disabled' },
  ],
  [
    'a reason that only resembles a rate limit',
    'gmail',
    403,
    gmailError(403, 'notrateLimitExceededEither', 'No'),
    { kind: 'refused', forbidden: true },
  ],
];

test('words of Google’s are cut to 300 characters, and left out where there are none', () => {
  const failure = (message: string, status: number) =>
    failureOf({ status, retryAfter: null, body: gmailError(status, 'backendError', message) }, 'send', now);
  expect(failure('x'.repeat(400), 500)).toMatchObject({ message: 'x'.repeat(300) });
  expect(failure('x'.repeat(400), 400)).toMatchObject({ problem: { params: { message: 'x'.repeat(300) } } });
  expect(failure('', 500)).toEqual({ kind: 'retry', after: null, cause: 'google-busy', uncertain: true });
});

test('the header Retry-After counts', () => {
  const body = gmailError(429, 'rateLimitExceeded', 'Slow down');
  expect(failureOf({ status: 429, retryAfter: '7', body }, 'gmail', now)).toEqual({
    kind: 'rate-limited',
    after: 7_000,
  });
});

test('what a call throws may have been executed, unless it was not sent', () => {
  const thrown = (error: unknown) => failureOfThrown(error, 'send', now);
  const retry = (cause: string, uncertain: boolean) => ({ kind: 'retry', after: null, cause, uncertain });
  expect(thrown(new UnexpectedAnswer('A sent message without ids'))).toEqual(
    retry('unexpected-answer', true),
  );
  const withCode = (code: string) => Object.assign(new Error('x'), { code });
  for (const code of ['ETIMEDOUT', 'UND_ERR_HEADERS_TIMEOUT', 'ERR_JWKS_TIMEOUT'])
    expect(thrown(withCode(code))).toEqual(retry('timed-out', true));
  for (const code of ['ENOTFOUND', 'CERT_HAS_EXPIRED', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_X'])
    expect(thrown(withCode(code))).toEqual(retry('unreachable', false));
  for (const code of ['ECONNRESET', 'NOT_ENOTFOUND', 'BODY_TIMEOUT_OVER', ''])
    expect(thrown(withCode(code))).toEqual(retry('connection-cut', true));
  expect(thrown(new Error('x', { cause: new Error('y', { cause: withCode('ENOTFOUND') }) }))).toEqual(
    retry('unreachable', false),
  );
  for (const error of [undefined, null, 'text', 7])
    expect(thrown(error)).toEqual(retry('connection-cut', true));
  // A cause that is its own ends the search.
  const circular = new Error('x');
  circular.cause = circular;
  expect(thrown(circular)).toEqual(retry('connection-cut', true));
});

test('an error with a response means what the response does', () => {
  const headers = new Headers({ 'retry-after': '9' });
  const error = Object.assign(new Error('x'), {
    code: 'ENOTFOUND',
    response: { status: 429, headers, data: gmailError(429, 'rateLimitExceeded', 'Slow down') },
  });
  expect(failureOfThrown(error, 'gmail', now)).toEqual({ kind: 'rate-limited', after: 9_000 });
  expect(responseOf(error)).toMatchObject({ status: 429, retryAfter: '9' });
  for (const none of [undefined, null, 'text', {}, { response: undefined }, { response: { status: 0 } }])
    expect(responseOf(none)).toBeNull();
});

test.each(answers)('%s', (_what, call, status, body, expected) => {
  expect(failureOf({ status, retryAfter: null, body }, call, now)).toMatchObject(expected);
  // The same body as text, as the client returns it without a JSON content type.
  const asText = typeof body === 'string' ? body : JSON.stringify(body);
  expect(failureOf({ status, retryAfter: null, body: asText }, call, now)).toMatchObject(expected);
});

test('the retry delay is the later of header and message, a day at most', () => {
  const words = 'Retry after 2026-11-23T10:00:20.000Z';
  expect(retryDelay(null, 'no time', now)).toBeNull();
  expect(retryDelay('30', words, now)).toBe(30_000);
  expect(retryDelay('5', words, now)).toBe(20_000);
  expect(retryDelay('Mon, 23 Nov 2026 10:01:00 GMT', '', now)).toBe(60_000);
  expect(retryDelay('garbage', words, now)).toBe(20_000);
  expect(retryDelay(null, 'Retry after 2026-11-23T09:00:00.000Z', now)).toBe(0);
  expect(retryDelay('9999999', '', now)).toBe(86_400_000);
});

async function thrownBy(url: string, signal?: AbortSignal): Promise<GoogleFailure> {
  return fetch(url, { signal }).then(
    () => expect.unreachable('the call should fail'),
    (error) => failureOfThrown(error, 'send', now),
  );
}

test('a failure before sending is certain', async () => {
  const unreachable = { kind: 'retry', after: null, cause: 'unreachable', uncertain: false };
  // Programs get no port this low, so nothing listens there.
  expect(await thrownBy('http://127.0.0.1:2/')).toEqual(unreachable);
  expect(await thrownBy('http://nowhere.invalid/')).toEqual(unreachable);
});

test('a reset, a timeout and an abort are uncertain', async () => {
  const server = createServer((socket) =>
    socket
      .on('error', () => {})
      .once('data', (data) => {
        if (String(data).includes('/cut')) socket.destroy();
      }),
  ).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const retry = { kind: 'retry', after: null, uncertain: true };
  expect(await thrownBy(`${url}/cut`)).toEqual({ ...retry, cause: 'connection-cut' });
  expect(await thrownBy(`${url}/silent`, AbortSignal.timeout(50))).toEqual({ ...retry, cause: 'timed-out' });
  const stop = new AbortController();
  const stopped = thrownBy(`${url}/silent`, stop.signal);
  stop.abort();
  expect(await stopped).toEqual({ ...retry, cause: 'stopped' });
  server.close();
});
