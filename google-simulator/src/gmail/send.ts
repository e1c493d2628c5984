import type { FastifyInstance } from 'fastify';
import { readHeaders } from '../mail/headers.ts';
import { send } from '../mail/send.ts';
import type { Simulator } from '../simulator.ts';
import { GmailApiError, invalidArgument, notFound, tooMany } from './errors.ts';
import { method, scopes } from './method.ts';
import { acceptUploads, uploadOf } from './upload.ts';

/** users.messages.send: as JSON (`raw`, base64url) and as an upload. */
export function sendMethods(app: FastifyInstance, simulator: Simulator): void {
  const sendMethod = { name: 'messages.send', scopes: scopes.send };
  method(app, simulator, 'POST', '/messages/send', sendMethod, ({ account, body }) => {
    const { raw, threadId } = (body ?? {}) as { raw?: string; threadId?: string };
    return sendAndDescribe(simulator, account, rawOfJson(raw), threadId);
  });
  app.register(async (uploads) => {
    acceptUploads(uploads);
    method(
      uploads,
      simulator,
      'POST',
      '/upload/gmail/v1/users/:userId/messages/send',
      sendMethod,
      ({ account, request, reply }) => {
        const upload = uploadOf(simulator, request, reply);
        return upload && sendAndDescribe(simulator, account, upload.raw, upload.metadata.threadId);
      },
    );
    method(
      uploads,
      simulator,
      'PUT',
      '/upload/gmail/v1/users/:userId/messages/send',
      sendMethod,
      ({ account, request, reply }) => {
        const upload = uploadOf(simulator, request, reply);
        return upload && sendAndDescribe(simulator, account, upload.raw, upload.metadata.threadId);
      },
    );
  });
}

/** The bytes of a `raw` field; throws Gmail's error if it is invalid. */
export function rawOfJson(raw: unknown): Buffer {
  if (typeof raw !== 'string' || raw === '') {
    throw new GmailApiError(
      invalidArgument("'raw' RFC822 payload message string or uploading message via /upload/* URL required"),
    );
  }
  if (!/^[A-Za-z0-9+/_=\s-]*$/.test(raw))
    throw new GmailApiError(invalidArgument("Invalid value at 'raw' (TYPE_BYTES), Base64 decoding failed"));
  return Buffer.from(raw, 'base64url');
}

/** Sends a message and returns the response of messages.send. */
export function sendAndDescribe(simulator: Simulator, account: string, raw: Buffer, threadId?: string) {
  if (readHeaders(raw).headers.length === 0)
    throw new GmailApiError(invalidArgument('Invalid message: no headers'));
  const outcome = send(simulator, account, { raw, threadId });
  switch (outcome.kind) {
    case 'sent': {
      const { id, threadId: thread, labels } = outcome.message;
      return { id, threadId: thread, labelIds: labels };
    }
    case 'no-recipient':
      throw new GmailApiError(invalidArgument('Recipient address required'));
    case 'invalid-recipient':
      throw new GmailApiError(invalidArgument(`Invalid ${outcome.header} header`));
    case 'invalid-thread':
      throw new GmailApiError(notFound);
    case 'over-limit':
      throw new GmailApiError(tooMany(' (Mail sending)', new Date(outcome.until), simulator.clock.now()));
  }
}
