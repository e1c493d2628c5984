import type { FastifyError } from 'fastify';
import type { ProblemCode } from '../../../locales/keys.ts';
import { createProblem, type Problem } from '../problems.ts';

/** A fault of a request as zod reports it, after fastify-type-provider-zod. */
type Fault = {
  keyword: string;
  instancePath: string;
  message?: string | undefined;
  params: Record<string, unknown>;
};

/** A fault for programs: a JSON pointer into the part of the request, and the validator's own words. */
export type RequestError = { pointer: string; detail: string };

/** A message of a zod check that is the code of a problem; people are told its words instead of the validator's. */
export function problemMessage(code: (typeof messageCodes)[number]): string {
  return code;
}

const messageCodes = [
  'value-not-one-line',
  'send-time-too-far',
  'api-key-expires-in-past',
] as const satisfies readonly ProblemCode[];

/** Why a request is refused, in words of the catalogues: those of the validator are for programs (RFC 9457 §3.2). */
export function problemOfFaults(faults: readonly Fault[]): { problem: Problem; errors: RequestError[] } {
  return {
    problem: problemOf(faults[0]),
    errors: faults.map(({ instancePath, message }) => ({
      // The whole body is `#`: `#/` would be a member without a name (RFC 6901).
      pointer: instancePath === '/' ? '#' : `#${instancePath}`,
      detail: message ?? '',
    })),
  };
}

function problemOf(fault: Fault | undefined): Problem {
  const { keyword, message, params = {} } = fault ?? {};
  const code = messageCodes.find((each) => each === message);
  if (code) return createProblem(400, code);
  const { origin, minimum, maximum, format } = params;
  if (keyword === 'too_big' && origin === 'string')
    return createProblem(400, 'value-too-long', { limit: Number(maximum) });
  if (keyword === 'too_big' && origin === 'array')
    return createProblem(400, 'list-too-long', { limit: Number(maximum) });
  if (keyword === 'too_small' && Number(minimum) <= 1 && (origin === 'string' || origin === 'array'))
    return createProblem(400, 'value-missing');
  if (keyword === 'invalid_format' && format === 'email') return createProblem(400, 'address-without-at');
  return createProblem(400, 'invalid-request');
}

/** Why Fastify itself refused a request: its size, or a body that it cannot read. */
export function problemOfFastify({ statusCode = 400 }: FastifyError): Problem {
  return createProblem(statusCode, tooMuch[statusCode] ?? 'bad-request');
}

const tooMuch: Record<number, ProblemCode> = { 413: 'request-too-large', 414: 'request-too-long' };
