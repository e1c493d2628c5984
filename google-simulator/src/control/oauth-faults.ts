import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { takeFault } from '../faults.ts';
import { sendCaptivePortal, sendError, unavailable } from '../gmail/errors.ts';
import type { Simulator } from '../simulator.ts';

/** Applies the next fault for /token or /revoke, if there is one (Hooks.oauth says what the results mean). */
export async function applyOauthFault(
  simulator: Simulator,
  method: 'token' | 'revoke',
  reply: FastifyReply,
): Promise<'answered' | 'drop-response' | null> {
  const fault = takeFault(simulator, '*', method);
  if (!fault) return null;
  if (fault.kind === 'lost-response') return 'drop-response';
  if (fault.kind === 'slow') {
    await sleep(fault.delayMs, undefined, { ref: false });
    return null;
  }
  if (fault.kind === 'connection-reset' || fault.kind === 'hang') {
    reply.hijack();
    // A hanging call stays open until the client disconnects.
    if (fault.kind === 'connection-reset') reply.raw.destroy();
  } else if (fault.kind === 'captive-portal' || fault.kind === 'captive-portal-401') {
    sendCaptivePortal(reply, fault.kind === 'captive-portal' ? 200 : 401);
  } else if (fault.kind === 'invalid_rapt') {
    const error_description = 'reauth related error (invalid_rapt)';
    reply.code(400).send({ error: 'invalid_grant', error_subtype: 'invalid_rapt', error_description });
  } else sendError(reply, unavailable(/^\d+$/.test(fault.kind) ? Number(fault.kind) : 503));
  return 'answered';
}
