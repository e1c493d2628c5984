import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Account } from '../accounts.ts';
import { type Fault, takeFault } from '../faults.ts';
import { authenticate } from '../grants.ts';
import { findMessage } from '../mail/messages.ts';
import { quota } from '../quota.ts';
import type { Simulator } from '../simulator.ts';
import * as errors from './errors.ts';
import { messageNames } from './message-names.ts';

const root = 'https://www.googleapis.com/auth/';
const full = 'https://mail.google.com/';
const scope = (...names: string[]) => [full, ...names.map((name) => `${root}${name}`)];

/** The scopes that allow each kind of access, from the reference of each method. */
export const scopes = {
  read: scope('gmail.readonly', 'gmail.modify'),
  readOrMetadata: scope('gmail.readonly', 'gmail.modify', 'gmail.metadata'),
  send: scope('gmail.send', 'gmail.compose', 'gmail.modify'),
  modify: scope('gmail.modify'),
  compose: scope('gmail.compose', 'gmail.modify'),
  draftsRead: scope('gmail.readonly', 'gmail.modify', 'gmail.compose'),
  sendAs: scope('gmail.readonly', 'gmail.modify', 'gmail.settings.basic'),
  deletePermanently: [full],
};

export type Call = {
  account: string;
  params: Record<string, string>;
  query: Record<string, string | string[] | undefined>;
  body: unknown;
  request: FastifyRequest;
  reply: FastifyReply;
  metadataOnly: boolean;
};

type Method = { name: string; scopes: string[] };

/** Registers one method of the API below /users/:userId, with authorization, quota and faults. */
export function method(
  app: FastifyInstance,
  simulator: Simulator,
  verb: HTTPMethods,
  path: string,
  { name, scopes: allowed }: Method,
  handle: (call: Call) => unknown,
): void {
  app.route({
    method: verb,
    url: path.startsWith('/upload') ? path : `/gmail/v1/users/:userId${path}`,
    async handler(request, reply) {
      try {
        const { account, granted } = authorizeCall(simulator, request, allowed);
        const fault = takeFault(simulator, account.email, name, () =>
          messageNames(simulator, account.email, request),
        );
        if (fault && !isAppliedAfterHandler(fault)) {
          if (fault.kind !== 'not-found-yet' || isRecent(simulator, account.email, request, fault.delayMs))
            return await applyFault(simulator, fault, reply);
        }
        if (fault?.kind === 'late') await sleep(fault.delayMs, undefined, { signal: simulator.stopping });
        const spent = quota(simulator).spend(account.email, name);
        if (spent.kind === 'exceeded') throw new errors.GmailApiError(errors.usageLimit('rateLimitExceeded'));
        const answer = await handle({
          account: account.email,
          params: request.params as Record<string, string>,
          query: request.query as Call['query'],
          body: request.body,
          request,
          reply,
          metadataOnly: !scopes.read.some((one) => granted.has(one)),
        });
        if (fault?.kind === 'lost-response') return abortConnection(reply);
        if (fault?.kind === 'replaced-response') return errors.sendCaptivePortal(reply, 404);
        if (fault?.kind === 'slow') await sleep(fault.delayMs, undefined, { signal: simulator.stopping });
        if (fault?.kind === 'no-raw') return reply.send({ ...(answer as object), raw: undefined });
        return reply.sent ? reply : reply.send(answer ?? {});
      } catch (error) {
        if (error instanceof errors.GmailApiError) return errors.sendError(reply, error.error);
        throw error;
      }
    },
  });
}

const isAppliedAfterHandler = ({ kind }: Fault) =>
  ['lost-response', 'replaced-response', 'slow', 'late', 'no-raw'].includes(kind);

/** Whether the message arrived less than `delayMs` ago: its notification came first (docs/gmail.md, section 2). */
function isRecent(simulator: Simulator, account: string, request: FastifyRequest, delayMs: number): boolean {
  const { id } = request.params as { id?: string };
  const message = id ? findMessage(simulator, account, id) : undefined;
  return message !== undefined && simulator.clock.now() - message.internalDate < delayMs;
}

function authorizeCall(
  simulator: Simulator,
  request: FastifyRequest,
  allowed: string[],
): { account: Account; granted: Set<string> } {
  const caller = authenticate(simulator, request.headers.authorization);
  if (caller.kind === 'invalid') throw new errors.GmailApiError(errors.authError);
  if (!allowed.some((one) => caller.scopes.has(one))) throw new errors.GmailApiError(errors.insufficient);
  const { userId = 'me' } = request.params as { userId?: string };
  if (userId !== 'me' && userId.toLowerCase() !== caller.account.email) {
    throw new errors.GmailApiError(errors.delegationDenied(userId));
  }
  if (caller.account.mailOff) throw new errors.GmailApiError(errors.mailServiceDisabled);
  if (caller.account.noMailbox) throw new errors.GmailApiError(errors.preconditionFailed);
  return { account: caller.account, granted: caller.scopes };
}

async function applyFault(simulator: Simulator, fault: Fault, reply: FastifyReply): Promise<FastifyReply> {
  const now = simulator.clock.now();
  const until = new Date(now + fault.retryAfterSeconds * 1_000);
  switch (fault.kind) {
    case 'rate-limit':
      return errors.sendError(reply, errors.tooMany('', until, now));
    case 'sending-limit':
      return errors.sendError(reply, errors.tooMany(' (Mail sending)', until, now));
    case 'domainPolicy':
      return errors.sendError(reply, errors.domainPolicy);
    case 'insufficientPermissions':
      return errors.sendError(reply, errors.insufficient);
    case 'accessNotConfigured':
      return errors.sendError(reply, errors.apiDisabled);
    case 'mail-off':
      return errors.sendError(reply, errors.mailServiceDisabled);
    case 'precondition':
      return errors.sendError(reply, errors.preconditionFailed);
    case '400':
      return errors.sendError(reply, errors.invalidArgument('Invalid id value'));
    case 'unauthorized':
      return errors.sendError(reply, errors.authError);
    case 'not-found':
    case 'not-found-yet':
      return errors.sendError(reply, errors.notFound);
    case '500':
    case '502':
    case '503':
    case '504':
      return errors.sendError(reply, errors.unavailable(Number(fault.kind)));
    case 'captive-portal':
      return errors.sendCaptivePortal(reply, 200);
    case 'captive-portal-401':
      return errors.sendCaptivePortal(reply, 401);
    case 'hang':
      await sleep(10 * 60_000, undefined, { signal: simulator.stopping, ref: false }).catch(() => {});
      return abortConnection(reply);
    case 'connection-reset':
    case 'lost-response':
      return abortConnection(reply);
    default:
      return errors.sendError(reply, errors.usageLimit(fault.kind));
  }
}

function abortConnection(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.destroy();
  return reply;
}
