import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type DatabaseFailure, databaseFailure, describeDatabaseFailure } from '../database/failure.ts';
import { databaseErrorCode } from '../database/retry-conflicts.ts';
import type { SetUpCheck } from '../google/set-up/set-up-check.ts';
import { languageOfRequest, translateProblem } from '../locales/translate.ts';
import { createProblem, type Problem, ProblemError, type StoredProblem } from '../problems.ts';
import { StoreError } from '../stores/object-store.ts';
import { problemOfFastify, problemOfFaults, type RequestError } from './request-problems.ts';

const value = z.union([z.string(), z.number()]);
/** What may change in the words of a problem: a value, or a problem whose title is put in its place. */
const params = z
  .record(
    z.string(),
    z.union([value, z.object({ code: z.string(), params: z.record(z.string(), value).optional() })]),
  )
  .meta({ id: 'ProblemParams' });
/** A problem within an answer, such as why a delivery failed; its words are in the language asked for. */
export const problemShape = {
  /** For programs: it never changes. */
  code: z.string(),
  params,
  /** What happened. */
  title: z.string(),
  /** What to do; may be empty. */
  detail: z.string(),
};
export const problemSchema = z.object(problemShape).meta({ id: 'EmbeddedProblem' });
export type ProblemView = z.infer<typeof problemSchema>;

/** A problem with its words in the language the request asks for (Accept-Language), English else. */
export function problemView(request: FastifyRequest, problem: StoredProblem): ProblemView;
export function problemView(request: FastifyRequest, problem: StoredProblem | null): ProblemView | null;
export function problemView(request: FastifyRequest, problem: StoredProblem | null): ProblemView | null {
  if (!problem) return null;
  const { code, params } = problem;
  const text = translateProblem(languageOf(request), problem);
  return { code, params: params as ProblemView['params'], ...text };
}

/** The words of a check of the Google set-up, like those of a problem. */
export function checkView(request: FastifyRequest, { code, params }: SetUpCheck): ProblemView {
  const text = translateProblem(languageOf(request), { code, params }, 'googleChecks');
  return { code, params: params as ProblemView['params'], ...text };
}

/** The language of the answer to a request: that of Accept-Language, English else. */
export function languageOf(request: FastifyRequest): string {
  return languageOfRequest(request.headers['accept-language']);
}

/** After so many seconds a client may repeat a request that failed with 503. */
const retryAfterSeconds = 5;

/**
 * Answers with a problem document (RFC 9457), and with Retry-After where the same request may succeed later.
 * `errors`: where a request is wrong, for programs.
 */
export function sendProblem(reply: FastifyReply, problem: Problem, errors?: RequestError[]): FastifyReply {
  const { code, params, title, detail } = problemView(reply.request, problem);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  if (problem.status === 503) reply.header('retry-after', retryAfterSeconds);
  return (
    reply
      .status(problem.status)
      // Not that of the answer which the route was about to give.
      .removeHeader('etag')
      .header('cache-control', 'no-store')
      .type('application/problem+json')
      .headers({ 'content-language': languageOf(reply.request), vary: 'accept-language' })
      .serializer(JSON.stringify)
      .send({ type: `about:blank#${code}`, title, status: problem.status, detail, code, params, errors })
  );
}

const problemsOfFailures: Record<DatabaseFailure, Problem> = {
  away: createProblem(503, 'database-away'),
  'disk-full': createProblem(507, 'disk-full'),
  'timed-out': createProblem(503, 'took-too-long'),
};

/** Turns whatever a route threw into a problem document; the unexpected is logged with its request id. */
export function handleError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) {
  if (error instanceof ProblemError) return sendProblem(reply, error.problem);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const { problem, errors } = problemOfFaults(error.validation);
    return sendProblem(reply, problem, errors);
  }
  const refused = problemOfDatabaseError(error);
  if (refused) {
    // A check of the route's own would have named the place.
    request.log.warn(error);
    return sendProblem(reply, refused);
  }
  const status = (error as FastifyError).statusCode ?? 500;
  // The client went away in the middle of its request; it gets no answer.
  if (request.raw.destroyed && !request.raw.complete) {
    return sendProblem(reply, createProblem(400, 'bad-request'));
  }
  if (status < 500) {
    return sendProblem(reply, problemOfFastify(error as FastifyError), [
      { pointer: '#', detail: error.message },
    ]);
  }
  const failure = databaseFailure(error);
  if (failure) {
    request.log.error(error, describeDatabaseFailure[failure]);
    return sendProblem(reply, problemsOfFailures[failure]);
  }
  if (error instanceof StoreError) {
    request.log.error({ reason: error.message }, 'a file could not be read from its store');
    return sendProblem(reply, createProblem(503, 'file-store-away'));
  }
  request.log.error(error);
  return sendProblem(reply, createProblem(500, 'internal-error', { number: String(request.id) }));
}

/** The problem of a statement that Postgres refused because of its values (SQLSTATE); null for any other error. */
function problemOfDatabaseError(error: unknown): Problem | null {
  const code = databaseErrorCode(error);
  if (code === null) return null;
  if (valueErrors.has(code)) return createProblem(400, 'value-not-storable');
  return conflictErrors.has(code) ? createProblem(409, 'conflicting-change') : null;
}

const valueErrors = new Set([
  '22003', // numeric_value_out_of_range
  '22007', // invalid_datetime_format
  '22008', // datetime_field_overflow
  '22021', // character_not_in_repertoire
  '22P02', // invalid_text_representation
  '22P05', // untranslatable_character
  '23502', // not_null_violation
  '23514', // check_violation
]);
const conflictErrors = new Set([
  '23503', // foreign_key_violation
  '23505', // unique_violation
  '40001', // serialization_failure, after all attempts
  '40P01', // deadlock_detected, after all attempts
]);
