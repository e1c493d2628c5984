import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { BulkView } from '../../bulk/bulk-views.ts';
import { oneClickProblem } from '../../bulk/unsubscribe.ts';
import { problemSchema, problemView } from '../problem-documents.ts';
import { id, instancePath, time } from './common.ts';

export const bulkPath = instancePath.extend({ bulkId: id });
export const count = z.number().int();
export const bulkMessageSchema = z
  .object({
    id,
    mailboxId: id,
    address: z.string(),
    /** The send-as address of the mailbox it is sent from; null: its own address. */
    alias: z.string().nullable(),
    subject: z.string(),
    html: z.string(),
    state: z.enum(['draft', 'sending', 'paused', 'stopped', 'cancelled', 'done']),
    /** Why it stopped or waits. */
    problem: problemSchema.nullable(),
    /** Why mail clients will not offer to unsubscribe with one click; null: they will. */
    oneClickProblem: problemSchema.nullable(),
    author: z.string().nullable(),
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
    counts: z.object({
      total: count,
      waiting: count,
      skipped: count,
      sending: count,
      sent: count,
      bounced: count,
      failed: count,
    }),
  })
  .meta({ id: 'BulkMessage' });
export const bulkMessageResponse = { 200: z.object({ bulkMessage: bulkMessageSchema }) };

/** A bulk message as it is answered, with the texts of its problems. `url`: the public URL of Postroom. */
export function bulkMessageView(
  request: FastifyRequest,
  bulk: BulkView,
  url: string,
): z.infer<typeof bulkMessageSchema> {
  return {
    ...bulk,
    problem: problemView(request, bulk.problem),
    oneClickProblem: problemView(request, oneClickProblem(url)),
  };
}
