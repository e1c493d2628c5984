import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { networkOf } from '../instances/sign-in-limits.ts';
import { createProblem, ProblemError } from '../problems.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Not counted: files of the page, and what Google pushes. */
    uncounted?: true;
  }
}

/** How many requests a minute each may make, counted in each process by itself. */
export type RequestLimits = {
  perKey: number;
  /** A browser: its tabs together. */
  perSession: number;
  /** All who are not signed in behind an IPv4 address, or a /64 of IPv6 addresses. */
  perAddress: number;
};

/** The limits where a program may make so many requests a minute. A page makes more: it loads pictures of messages. */
export function limitsFor(perKey: number): RequestLimits {
  return { perKey, perSession: perKey * 5, perAddress: perKey };
}

/** Counts a request, and refuses it with 429 once there were too many. */
export type RequestCounter = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/**
 * The counter of requests by key, session or address. Answers say how many are left in this minute
 * (draft-ietf-httpapi-ratelimit-headers-06), a refusal when to try again (RFC 9110 §10.2.3).
 */
export async function countRequests(app: FastifyInstance, limits: RequestLimits): Promise<RequestCounter> {
  // As many at once as there may be users; with fewer, the least recently seen would begin again.
  await app.register(rateLimit, { global: false, cache: 100_000 });
  const count = app.createRateLimit({
    timeWindow: 60_000,
    keyGenerator: (request) => `${whoOf(request)}`,
    max: ({ user }) => (!user ? limits.perAddress : user.apiKeyId ? limits.perKey : limits.perSession),
  });
  return async (request, reply) => {
    if (request.routeOptions.config.uncounted) return;
    const counted = await count(request);
    if (counted.isAllowed) return;
    const { max, remaining, ttlInSeconds, isExceeded } = counted;
    reply.headers({
      'ratelimit-limit': max,
      'ratelimit-remaining': remaining,
      'ratelimit-reset': ttlInSeconds,
    });
    if (!isExceeded) return;
    reply.header('retry-after', ttlInSeconds);
    throw new ProblemError(createProblem(429, 'too-many-requests', { seconds: ttlInSeconds }));
  };
}

function whoOf({ user, ip }: FastifyRequest): string {
  if (!user) return `address ${networkOf(ip)}`;
  return user.apiKeyId ? `key ${user.apiKeyId}` : `session ${user.sessionId}`;
}
