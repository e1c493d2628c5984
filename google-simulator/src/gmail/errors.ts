import type { FastifyReply } from 'fastify';

/** An error in the format of Google's APIs: code, message and one reason. */
export type GmailError = {
  code: number;
  message: string;
  reason: string;
  status: string;
  domain?: string;
  retryAfterSeconds?: number;
};

const createError = (
  code: number,
  reason: string,
  status: string,
  message: string,
  domain = 'global',
): GmailError => ({
  code,
  reason,
  status,
  message,
  domain,
});

export const invalidArgument = (message: string) =>
  createError(400, 'invalidArgument', 'INVALID_ARGUMENT', message);
export const notFound = createError(404, 'notFound', 'NOT_FOUND', 'Requested entity was not found.');
export const authError = createError(401, 'authError', 'UNAUTHENTICATED', 'Invalid Credentials');
export const insufficient = createError(
  403,
  'insufficientPermissions',
  'PERMISSION_DENIED',
  'Request had insufficient authentication scopes.',
);
export const delegationDenied = (userId: string) =>
  createError(403, 'forbidden', 'PERMISSION_DENIED', `Delegation denied for ${userId}`);
export const mailServiceDisabled = createError(
  400,
  'failedPrecondition',
  'FAILED_PRECONDITION',
  'Mail service not enabled',
);
/** A passing failure, or an account without a mailbox: Gmail's words are the same (docs/gmail.md, section 7). */
export const preconditionFailed = createError(
  400,
  'failedPrecondition',
  'FAILED_PRECONDITION',
  'Precondition check failed.',
);
export const domainPolicy = createError(
  403,
  'domainPolicy',
  'PERMISSION_DENIED',
  'The domain administrators have disabled Gmail apps.',
);
export const apiDisabled = createError(
  403,
  'accessNotConfigured',
  'PERMISSION_DENIED',
  'Gmail API has not been used in project 1 before or it is disabled.',
  'usageLimits',
);
export const unavailable = (code: number) =>
  createError(code, 'backendError', 'UNAVAILABLE', 'Backend Error');

/** 403 with one of the usage-limit reasons. */
export const usageLimit = (reason: string) =>
  createError(403, reason, 'RESOURCE_EXHAUSTED', `${reason}: Quota exceeded for quota metric`, 'usageLimits');

/** 429 with the retry time in the message and in Retry-After (docs/gmail.md, section 3). */
export function tooMany(what: '' | ' (Mail sending)', until: Date, now: number): GmailError {
  return {
    ...createError(
      429,
      'rateLimitExceeded',
      'RESOURCE_EXHAUSTED',
      `User-rate limit exceeded${what ? `.  Retry after ${until.toISOString()}${what}` : `.  Retry after ${until.toISOString()}`}`,
      'usageLimits',
    ),
    retryAfterSeconds: Math.max(1, Math.ceil((until.getTime() - now) / 1_000)),
  };
}

/** Sends an error response in Google's format. */
export function sendError(reply: FastifyReply, error: GmailError): FastifyReply {
  const { code, message, reason, status, domain, retryAfterSeconds } = error;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  return reply
    .status(code)
    .send({ error: { code, message, errors: [{ message, domain: domain ?? 'global', reason }], status } });
}

/** The page of a captive portal or a proxy between Google and the client. */
export function sendCaptivePortal(reply: FastifyReply, status: number): FastifyReply {
  return reply
    .status(status)
    .type('text/html; charset=utf-8')
    .send('<!doctype html><title>Welcome</title><p>Please sign in to use this network.');
}

/** Thrown by a method to send an error response. */
export class GmailApiError extends Error {
  readonly error: GmailError;
  constructor(error: GmailError) {
    super(error.message);
    this.error = error;
  }
}
