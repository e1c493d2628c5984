import { expect, test } from 'vitest';
import { failureOf, failureOfThrown, type GoogleFailure } from '../../google/errors.ts';
import { translateProblem } from '../../locales/translate.ts';
import type { ProblemCode } from '../../problems.ts';
import { type AfterFailure, afterFailure } from './delivery-failure.ts';

/** Each response of Google to a send (docs/gmail.md, sections 3 and 4), and what happens to the message. */
const now = new Date('2026-11-23T10:00:00Z');
const address = 'support@acme.example';
const gmail = (code: number, reason: string, message: string) => ({
  error: { code, message, errors: [{ domain: 'global', reason, message }] },
});

type Expected = Pick<AfterFailure, 'state'> & {
  code: ProblemCode;
  /** The least number of milliseconds until the next attempt; null: no automatic one. */
  wait: number | null;
  uncertain?: true;
  message: RegExp;
  does: RegExp;
};
type Row = [answer: string, status: number, retryAfter: string | null, body: unknown, expected: Expected];

const backend: Expected = {
  state: 'queued',
  code: 'send-outcome-unknown',
  wait: 10_000,
  uncertain: true,
  message: /did not say whether it sent/,
  does: /looks for it in Sent.*not sent twice/,
};
const tooFast: Expected = {
  state: 'queued',
  code: 'rate-limited',
  wait: 2_000,
  message: /support@acme\.example to slow down/,
  does: /sent by itself/,
};
const limit: Expected = {
  state: 'queued',
  code: 'sending-limit',
  wait: 3_600_000,
  message: /support@acme\.example has reached Google’s sending limit/,
  does: /by itself as soon as Google allows/,
};
const held: Expected = {
  state: 'held',
  code: 'mailbox-disconnected',
  wait: null,
  message: /support@acme\.example is disconnected/,
  does: /held and sent when an admin reconnects/,
};
const refused: Expected = {
  state: 'failed',
  code: 'google-refused',
  wait: null,
  message: /^Google refused/,
  does: /Try again/,
};
const tooLarge: Expected = {
  ...refused,
  code: 'message-too-large',
  message: /larger than Gmail accepts/,
  does: /fewer or smaller attachments/,
};
const recipient: Expected = {
  ...refused,
  code: 'recipient-refused',
  message: /does not accept the address of a recipient/,
  does: /Correct the address/,
};

const rows: Row[] = [
  // The message waits and is retried.
  ['500 backendError', 500, null, gmail(500, 'backendError', 'Backend Error'), backend],
  ['502 of a proxy', 502, null, '<html>Bad Gateway</html>', backend],
  ['503', 503, null, gmail(503, 'backendError', 'Backend Error'), backend],
  [
    '503 with Retry-After of a minute',
    503,
    '60',
    gmail(503, 'backendError', 'x'),
    { ...backend, wait: 60_000 },
  ],
  ['504', 504, null, '', backend],
  ['a captive portal’s page instead of Gmail', 403, null, '<html>Sign in</html>', backend],
  ['a proxy’s 401', 401, null, '<html>Who are you?</html>', backend],
  ['403 rateLimitExceeded', 403, null, gmail(403, 'rateLimitExceeded', 'Rate Limit Exceeded'), tooFast],
  [
    '403 userRateLimitExceeded',
    403,
    null,
    gmail(403, 'userRateLimitExceeded', 'User Rate Limit Exceeded'),
    tooFast,
  ],
  [
    '429 with a time in the message',
    429,
    null,
    gmail(429, 'rateLimitExceeded', 'User-rate limit exceeded.  Retry after 2026-11-23T10:00:30.000Z'),
    { ...tooFast, wait: 30_000 },
  ],
  [
    '429 with a later time in the header than in the message',
    429,
    '90',
    gmail(429, 'rateLimitExceeded', 'User-rate limit exceeded.  Retry after 2026-11-23T10:00:30.000Z'),
    { ...tooFast, wait: 90_000 },
  ],
  [
    '429 for too many concurrent requests',
    429,
    null,
    gmail(429, 'rateLimitExceeded', 'Too many concurrent requests for user'),
    tooFast,
  ],
  [
    '403 dailyLimitExceeded',
    403,
    null,
    gmail(403, 'dailyLimitExceeded', 'Daily Limit Exceeded'),
    {
      state: 'queued',
      code: 'project-limit',
      wait: 3_600_000,
      message: /Google Cloud project has used up/,
      does: /raise the quota/,
    },
  ],
  // The mailbox's sending limit: its messages wait.
  [
    '429 (Mail sending) with a time in three hours',
    429,
    null,
    gmail(
      429,
      'rateLimitExceeded',
      'User-rate limit exceeded.  Retry after 2026-11-23T13:00:00.000Z (Mail sending)',
    ),
    { ...limit, wait: 3 * 3_600_000 },
  ],
  [
    '429 (Mail sending) without a time',
    429,
    null,
    gmail(429, 'rateLimitExceeded', 'User-rate limit exceeded (Mail sending)'),
    limit,
  ],
  // The mailbox is disconnected: the message is held.
  ['401 authError', 401, null, gmail(401, 'authError', 'Invalid Credentials'), held],
  ['403 domainPolicy', 403, null, gmail(403, 'domainPolicy', 'Disabled by the administrator'), held],
  ['403 insufficientPermissions', 403, null, gmail(403, 'insufficientPermissions', 'Insufficient'), held],
  ['403 accessNotConfigured', 403, null, gmail(403, 'accessNotConfigured', 'Gmail API is disabled'), held],
  ['400 failedPrecondition', 400, null, gmail(400, 'failedPrecondition', 'Mail service not enabled'), held],
  // A refusal that usually passes: the message is tried again, after a look into Sent.
  [
    '400 failedPrecondition by chance',
    400,
    null,
    gmail(400, 'failedPrecondition', 'Precondition check failed.'),
    {
      state: 'queued',
      code: 'google-busy',
      wait: 10_000,
      uncertain: true,
      message: /did not take the message yet/,
      does: /tried again/,
    },
  ],
  // The message fails; the problem says what to do.
  ['413', 413, null, gmail(413, 'uploadTooLarge', 'Request entity too large'), tooLarge],
  [
    '400 because the message is too large',
    400,
    null,
    gmail(400, 'invalidArgument', 'Message exceeds the maximum size limit'),
    tooLarge,
  ],
  ['400 invalid To', 400, null, gmail(400, 'invalidArgument', 'Invalid To header'), recipient],
  ['400 invalid Cc', 400, null, gmail(400, 'invalidArgument', 'Invalid Cc header'), recipient],
  ['400 no recipient', 400, null, gmail(400, 'invalidArgument', 'Recipient address required'), recipient],
  [
    '403 delegation denied',
    403,
    null,
    gmail(403, 'forbidden', 'Delegation denied for support@acme.example'),
    { ...refused, message: /^Google refused: Delegation denied/ },
  ],
  [
    '400 with an unknown text',
    400,
    null,
    gmail(400, 'invalidArgument', 'Something new'),
    { ...refused, message: /^Google refused: Something new$/ },
  ],
  [
    '404 also without a thread',
    404,
    null,
    gmail(404, 'notFound', 'Requested entity was not found.'),
    {
      ...refused,
      code: 'sender-not-found',
      message: /did not find the mailbox/,
      does: /Write the message again/,
    },
  ],
];

function expectOutcome(
  failure: GoogleFailure,
  { message, does, wait, uncertain, code, state }: Expected,
): void {
  const after = afterFailure(failure, 1, address);
  expect(after).toMatchObject({ state, problem: { code }, uncertain: uncertain ?? false });
  const { title, detail } = translateProblem('en', after.problem);
  expect(title).toMatch(message);
  expect(detail).toMatch(does);
  expect(title).toMatch(/[^.]$|\.$/);
  if (wait === null) expect(after.waitMs).toBeNull();
  else {
    expect(after.waitMs).toBeGreaterThanOrEqual(wait);
    expect(after.waitMs).toBeLessThanOrEqual(wait + 1_000);
  }
}

test.each(rows)('%s', (_answer, status, retryAfter, body, expected) => {
  expectOutcome(failureOf({ status, retryAfter, body }, 'send', now), expected);
});

const thrown = (code: string) => Object.assign(new Error(code), { code });
test.each<[string, Error, Expected]>([
  ['a timeout', thrown('ETIMEDOUT'), backend],
  ['a connection reset', thrown('ECONNRESET'), backend],
  [
    'no connection',
    thrown('ENOTFOUND'),
    {
      state: 'queued',
      code: 'google-unreachable',
      wait: 2_000,
      message: /cannot reach Google/,
      does: /checks its connection/,
    },
  ],
])('%s', (_what, error, expected) => {
  expectOutcome(failureOfThrown(error, 'send', now), expected);
});

test('a failed precondition that lasts for an hour fails the message in Google’s words', () => {
  const body = gmail(400, 'failedPrecondition', 'Precondition check failed.');
  const failure = failureOf({ status: 400, retryAfter: null, body }, 'send', now);
  expect(afterFailure(failure, 60, address)).toMatchObject({
    state: 'failed',
    problem: { code: 'google-refused', params: { message: 'Precondition check failed.' } },
  });
});
