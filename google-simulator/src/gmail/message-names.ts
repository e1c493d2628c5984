import type { FastifyRequest } from 'fastify';
import { decodeWords } from 'postal-mime';
import { headerOf, readHeaders } from '../mail/headers.ts';
import { findMessage } from '../mail/messages.ts';
import type { Simulator } from '../simulator.ts';
import { messageOfUpload } from './upload.ts';

/** How a message fault may name the message that a call is about: Gmail id, Message-ID, subject. */
export function messageNames(simulator: Simulator, account: string, request: FastifyRequest): string[] {
  const { id, messageId } = request.params as { id?: string; messageId?: string };
  const stored = findMessage(simulator, account, messageId ?? id ?? '');
  if (stored) return [stored.id, stored.rfcMessageId ?? '', decodeWords(stored.subject)];
  const sent = sentMessage(request);
  if (!sent) return [];
  const { headers } = readHeaders(sent);
  return [headerOf(headers, 'Message-ID'), decodeWords(headerOf(headers, 'Subject'))];
}

/** The bytes of the message that the request sends; null if it sends none. */
function sentMessage(request: FastifyRequest): Buffer | null {
  if (Buffer.isBuffer(request.body)) return messageOfUpload(request)?.raw ?? null;
  const { raw } = (request.body ?? {}) as { raw?: unknown };
  return typeof raw === 'string' ? Buffer.from(raw, 'base64url') : null;
}
