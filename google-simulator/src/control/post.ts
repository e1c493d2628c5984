import type { FastifyInstance } from 'fastify';

/** Registers a POST below /control; the response is what `work` returns, `{"done": true}` if nothing. */
export function post<Body>(app: FastifyInstance, path: string, work: (body: Body) => unknown): void {
  app.post(
    `/control${path}`,
    async (request) => (await work((request.body ?? {}) as Body)) ?? { done: true },
  );
}
