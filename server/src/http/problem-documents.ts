import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { type Problem, ProblemError } from '../problems.ts';

/** Answers with a refusal as a problem document. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .status(problem.status)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send({
      type: `about:blank#${problem.code}`,
      title: problem.title,
      status: problem.status,
      detail: problem.detail,
      code: problem.code,
    });
}

/** Turns whatever a route threw into a problem document; the unexpected is logged with its request id. */
export function handleError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) {
  if (error instanceof ProblemError) return sendProblem(reply, error.problem);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issues = error.validation.map(
      ({ instancePath, message }) =>
        `${instancePath.replace(/^\//, '').replaceAll('/', '.') || 'The request'}: ${message}`,
    );
    return sendProblem(reply, {
      status: 400,
      code: 'invalid-request',
      title: 'Part of what was sent is not as it should be.',
      detail: issues.join('; '),
    });
  }
  const status = (error as FastifyError).statusCode ?? 500;
  if (status < 500) {
    return sendProblem(reply, { status, code: 'invalid-request', title: error.message, detail: '' });
  }
  request.log.error(error);
  return sendProblem(reply, {
    status: 500,
    code: 'internal-error',
    title: 'Postroom met an error of its own and could not finish this.',
    detail: `Try again. If it stays, give your administrator the number ${request.id}: the server's log has the details.`,
  });
}
