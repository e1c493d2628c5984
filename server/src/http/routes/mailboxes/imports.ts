import { z } from 'zod';
import { readingProblem } from '../../../google/failure-problem.ts';
import { estimateImport, importSeconds } from '../../../inbound/import/estimate-import.ts';
import { googleNotConfigured, noSuchMailbox } from '../../../mailboxes/connection-problems.ts';
import {
  changeImport,
  importableMailbox,
  importQuery,
  importsOf,
  sinceOf,
  startImport,
} from '../../../mailboxes/imports.ts';
import { mailbox } from '../../../mailboxes/mailbox-view.ts';
import { createProblem, ProblemError } from '../../../problems.ts';
import { actorOf } from '../../access.ts';
import { problemSchema, problemView } from '../../problem-documents.ts';
import { problemMessage } from '../../request-problems.ts';
import { id, instancePath, time } from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import type { HttpServer, Services } from '../../services.ts';

const path = instancePath.extend({ mailboxId: id });
const importPath = path.extend({ importId: id });
const count = z.number().int();

const scope = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('days'), days: z.number().int().min(1).max(36_500) }),
  z.strictObject({
    by: z.literal('search'),
    query: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .regex(/^\P{Cc}*$/u, problemMessage('value-not-one-line')),
  }),
]);

const importSchema = z
  .object({
    id,
    createdAt: time,
    requestedBy: z.string().nullable(),
    /** How many last days; null for a search. */
    days: count.nullable(),
    query: z.string(),
    state: z.enum(['running', 'paused', 'done', 'cancelled', 'removing', 'removed']),
    /** What a running import waits for: the address to be reconnected, or an earlier import. */
    waitsFor: z.enum(['connection', 'other-import']).nullable(),
    /** The last failure of Google's, until something is read again. */
    problem: problemSchema.nullable(),
    /** False while the messages are being listed. */
    isListed: z.boolean(),
    listed: count,
    imported: count,
    alreadyStored: count,
    leftOut: count,
    setAside: count,
    /** Seconds that the rest takes at most; null if no process of this machine does the work. */
    secondsLeft: count.nullable(),
    finishedAt: time.nullable(),
    removed: z.object({ messages: count, conversations: count }),
    /** Conversations that its removal kept, by the reason. */
    kept: z.object({ answered: count, joined: count, used: count, redacted: count }),
  })
  .meta({ id: 'MailboxImport' });

/** Older mail of an address (G1). */
export function importRoutes(app: HttpServer, { database, connecting }: Services): void {
  const config = { access: 'admin' } as const;
  const tags = ['mailboxes'];
  app.get(
    '/api/instances/:instanceId/mailboxes/:mailboxId/imports',
    {
      config,
      schema: {
        tags,
        summary: 'The imports of older mail of an address, newest first',
        params: path,
        querystring: z.object(pageQuery()),
        response: { 200: z.object({ imports: z.array(importSchema), next }) },
      },
    },
    async (request) => {
      const { instanceId, params, query } = request;
      const page = await database.inInstance(instanceId, async (tx) => {
        if (!(await mailbox(tx, params.mailboxId))) throw new ProblemError(noSuchMailbox);
        return importsOf(tx, params.mailboxId, query);
      });
      const { rows } = page;
      const running = rows.filter(({ state }) => state === 'running');
      const imports = rows.map(({ listedAt, disconnectedAt, problem, ...row }) => {
        const handled = row.imported + row.alreadyStored + row.leftOut + row.setAside;
        const waitsFor =
          row.state !== 'running'
            ? null
            : disconnectedAt
              ? ('connection' as const)
              : running.at(-1)!.id === row.id
                ? null
                : ('other-import' as const);
        return {
          ...row,
          waitsFor,
          problem: problem && problemView(request, problem),
          isListed: listedAt !== null,
          secondsLeft: connecting && importSeconds(row.listed - handled, connecting.quota.unitsPerMinute),
          removed: { messages: row.removedMessages, conversations: row.removedConversations },
          kept: {
            answered: row.keptAnswered,
            joined: row.keptJoined,
            used: row.keptUsed,
            redacted: row.keptRedacted,
          },
        };
      });
      return { imports, next: page.next };
    },
  );
  app.post(
    '/api/instances/:instanceId/mailboxes/:mailboxId/import-estimates',
    {
      config: { ...config, asksGoogle: true },
      schema: {
        tags,
        summary: 'How much older mail an import would bring in, and how long it would take',
        description: 'Asks Gmail for the list, up to 10,000 messages; nothing is imported.',
        params: path,
        body: scope,
        response: {
          200: z.object({ found: count, missing: count, more: z.boolean(), seconds: count }),
        },
      },
    },
    async ({ instanceId, params: { mailboxId }, body }) => {
      const now = new Date();
      const { connectedAt } = await database.inInstance(instanceId, (tx) => importableMailbox(tx, mailboxId));
      if (!connecting) throw new ProblemError(googleNotConfigured);
      const gmail = connecting.gmail({ instanceId, mailboxId }, { priority: 'live' });
      const query = importQuery(body, { connectedAt, since: sinceOf(body, now) });
      const answer = await estimateImport({ database, gmail }, { instanceId, mailboxId }, query);
      if (answer.kind !== 'ok') {
        throw new ProblemError(
          createProblem(502, 'import-not-estimated', { problem: readingProblem(answer) }),
        );
      }
      const { unitsPerMinute } = connecting.quota;
      return { ...answer.value, seconds: importSeconds(answer.value.missing, unitsPerMinute) };
    },
  );
  app.post(
    '/api/instances/:instanceId/mailboxes/:mailboxId/imports',
    {
      config,
      schema: {
        tags,
        summary: 'Import older mail of an address',
        description: 'It appears as done and read. Several imports of an address run one after the other.',
        params: path,
        body: scope,
        response: { 201: z.object({ id }) },
      },
    },
    async (request, reply) => {
      const { instanceId, params, body } = request;
      const started = await database.inInstance(instanceId, (tx) =>
        startImport(tx, params.mailboxId, body, actorOf(request), new Date()),
      );
      return reply.status(201).send(started);
    },
  );
  app.patch(
    '/api/instances/:instanceId/mailboxes/:mailboxId/imports/:importId',
    {
      config,
      schema: {
        tags,
        summary: 'Pause, resume, cancel or remove an import',
        description:
          'Removing keeps conversations that were answered, have other mail, are worked with, or were redacted.',
        params: importPath,
        body: z.strictObject({ action: z.enum(['pause', 'resume', 'cancel', 'remove']) }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { instanceId, params, body } = request;
      const { mailboxId, importId } = params;
      await database.inInstance(instanceId, (tx) =>
        changeImport(tx, { mailboxId, importId, ...body }, actorOf(request), new Date()),
      );
      return reply.status(204).send(null);
    },
  );
}
