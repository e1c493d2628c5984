import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findUnstorable } from '../database/storable.ts';
import { translateProblem } from '../locales/translate.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { handleError } from './problem-documents.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route answers any text itself, and stores none of it. */
    answersAnyText?: true;
  }
}

/** Refuses texts that no table can store, wherever a request has them. Bodies that are bytes may have any. */
export function refuseUnstorableText(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ params, query, body, routeOptions }) => {
    if (routeOptions.config.answersAnyText) return;
    const place = findUnstorable({ params, query, body });
    if (place === null) return;
    throw new ProblemError(createProblem(400, 'text-has-nul', { place: place.replace(/^\w+\./, '') }));
  });
}

/** Fastify's options for requests that reach no route. */
export const malformedRequests = {
  // A percent-encoded email address; Fastify's default is 100.
  routerOptions: { maxParamLength: 1_000 },
  /** A path that cannot be decoded, or a part of it that is too long. */
  frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    handleError(error, request, reply);
  },
  clientErrorHandler: answerUnreadableRequest,
};

/**
 * Answers what Node.js cannot read as HTTP (event `clientError`), with the statuses that Node.js itself uses
 * (https://nodejs.org/api/http.html#event-clienterror), and closes the connection.
 */
function answerUnreadableRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const status = clientErrorStatus[error.code ?? ''] ?? 400;
  const reason = STATUS_CODES[status]!;
  const problem = createProblem(status, 'bad-request');
  const { code, params } = problem;
  const { title, detail } = translateProblem('en', problem);
  const body = JSON.stringify({ type: `about:blank#${code}`, title, status, detail, code, params });
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'content-type: application/problem+json',
    'content-language: en',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}

const clientErrorStatus: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};
