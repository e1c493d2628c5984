import type { FastifyInstance, InjectOptions } from 'fastify';
import { invalidArgument, sendError } from './errors.ts';

const maxCalls = 100;

/**
 * The batch endpoint: a multipart/mixed of HTTP requests, each with its own response, in any order
 * (Gmail API, "Batching requests"). Every inner call costs its full quota.
 */
export function batchEndpoint(app: FastifyInstance): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'string', bodyLimit: 64 * 1024 * 1024 },
      (_request, body, done) => done(null, body),
    );
    scope.post('/batch/gmail/v1', async (request, reply) => {
      const boundary = /boundary="?([^";]+)"?/i.exec(String(request.headers['content-type'] ?? ''))?.[1];
      if (!boundary)
        return sendError(reply, invalidArgument('Failed to parse batch request, error: No boundary'));
      const parts = String(request.body).split(`--${boundary}`).slice(1, -1);
      if (parts.length > maxCalls)
        return sendError(
          reply,
          invalidArgument(`The batch request has ${parts.length} calls; ${maxCalls} are allowed.`),
        );
      const answers = await Promise.all(
        parts.map(async (part) => {
          const [outer = '', inner = '', ...rest] = part.replace(/^\r?\n/, '').split(/\r?\n\r?\n/);
          const id = /Content-ID:\s*<?([^>\r\n]+)>?/i.exec(outer)?.[1] ?? '';
          const [line = '', ...fields] = inner.split(/\r?\n/);
          const [verb = 'GET', target = '/'] = line.split(' ');
          const headers = Object.fromEntries(
            fields
              .filter((field) => field.includes(':'))
              .map((field) => [
                field.slice(0, field.indexOf(':')).toLowerCase(),
                field.slice(field.indexOf(':') + 1).trim(),
              ]),
          );
          const answer = await app.inject({
            method: verb as InjectOptions['method'],
            url: target.replace(/^https?:\/\/[^/]+/, ''),
            headers: { host: request.headers.host, authorization: request.headers.authorization, ...headers },
            payload: rest.join('\r\n\r\n').trim() || undefined,
          });
          return `Content-Type: application/http\r\nContent-ID: <response-${id}>\r\n\r\nHTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\nContent-Type: ${answer.headers['content-type'] ?? 'application/json'}\r\n\r\n${answer.body}\r\n`;
        }),
      );
      const responseBoundary = 'batch_postroom_simulator';
      return reply
        .type(`multipart/mixed; boundary=${responseBoundary}`)
        .send(
          `${answers.map((answer) => `--${responseBoundary}\r\n${answer}`).join('')}--${responseBoundary}--\r\n`,
        );
    });
  });
}
