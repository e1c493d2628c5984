import { Readable } from 'node:stream';
import { z } from 'zod';
import { createByteBudget } from '../../../byte-budget.ts';
import { timelineMessage } from '../../../conversations/timeline.ts';
import { attach, detach, maxAttachmentBytes, tooLarge } from '../../../drafts/attachments.ts';
import { assertRoomForFiles } from '../../../drafts/draft-file-limits.ts';
import { activeWriters, listDrafts, readDraft } from '../../../drafts/draft-views.ts';
import { discardDraft, saveDraft } from '../../../drafts/save-draft.ts';
import { writingSettings } from '../../../drafts/writing-settings.ts';
import { sendDraft } from '../../../outbound/compose/send-draft.ts';
import { startForwardDraft } from '../../../outbound/defaults/forward.ts';
import { undoSend } from '../../../outbound/deliveries/undo-send.ts';
import { createProblem, ProblemError } from '../../../problems.ts';
import { defaultBounds } from '../../bounds.ts';
import { type ReceivedFile, receiveFile } from '../../received-file.ts';
import {
  enteredRecipients as addresses,
  alias,
  id,
  instancePath,
  int4,
  message,
  messageResponse,
  nameAndAddress,
  sendTime,
  time,
} from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import { quoting } from '../../schemas/quoting.ts';
import type { HttpServer, Services } from '../../services.ts';

const kind = z.enum(['reply', 'forward', 'note', 'new']);
const attachment = z
  .object({
    id,
    filename: z.string(),
    mediaType: z.string(),
    size: z.number().int(),
    /** For an image in the text, which refers to it as cid: and this id. */
    contentId: z.string().nullable(),
  })
  .meta({ id: 'DraftAttachment' });
const draft = z
  .object({
    id,
    kind,
    conversationId: id.nullable(),
    version: z.number().int(),
    mailboxId: id.nullable(),
    /** The send-as address of the mailbox it is sent from; null: its own address. */
    alias: z.string().nullable(),
    to: z.array(z.string()),
    cc: z.array(z.string()),
    bcc: z.array(z.string()),
    subject: z.string(),
    html: z.string(),
    quoting,
    forwarded: z
      .object({ id, from: nameAndAddress, sentAt: time, subject: z.string(), snippet: z.string() })
      .nullable(),
    attachments: z.array(attachment),
    changedAt: time,
  })
  .meta({ id: 'Draft' });
const content = z
  .strictObject({
    /** As last read; 0 for an unsaved draft. A version saved meanwhile is not overwritten. */
    version: int4.min(0),
    kind,
    conversationId: id.nullable(),
    mailboxId: id.nullable(),
    /** Omitted: as saved before. */
    alias: alias.nullable().optional(),
    to: addresses,
    cc: addresses,
    bcc: addresses,
    subject: z.string().max(1_000),
    html: z.string().max(500_000),
    /** Omitted: as saved before. */
    quoting: quoting.optional(),
  })
  .refine(({ kind, conversationId }) => (kind === 'new') === (conversationId === null), {
    path: ['conversationId'],
    message: 'A reply, a forward and a note are in a conversation, and a new message is in none',
  });
const path = instancePath.extend({ draftId: id });
const messagePath = instancePath.extend({ messageId: id });

/** Drafts, from the first letter to Send, and undoing a send. */
export function draftRoutes(app: HttpServer, { database, queue, bounds }: Services): void {
  const tags = ['writing'];
  app.get(
    '/api/instances/:instanceId/drafts',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Your drafts in a conversation, or your new messages',
        params: instancePath,
        querystring: z.object({ conversationId: id.optional(), ...pageQuery() }),
        response: { 200: z.object({ drafts: z.array(draft), next }) },
      },
    },
    async ({ instanceId, user, query }) => {
      const { conversationId = null, ...page } = query;
      const found = await database.inInstance(instanceId, (tx) =>
        listDrafts(tx, { userId: user.id, conversationId }, page),
      );
      return { drafts: found.rows, next: found.next };
    },
  );
  app.put(
    '/api/instances/:instanceId/drafts/:draftId',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Save a draft',
        description:
          'The id is made by the caller, and becomes that of the message. Where the instance wants it, numbers of payment cards are not saved: cardNumbers says how many.',
        params: path,
        body: content,
        response: { 200: z.object({ draft, cardNumbers: z.number().int() }) },
      },
    },
    ({ instanceId, user, params, body }) =>
      database.inInstance(instanceId, async (tx) => {
        const { version, ...words } = body;
        const { cards } = await saveDraft(tx, {
          id: params.draftId,
          userId: user.id,
          version,
          content: words,
          now: new Date(),
        });
        return { draft: await readDraft(tx, params.draftId, user.id), cardNumbers: cards };
      }),
  );
  app.delete(
    '/api/instances/:instanceId/drafts/:draftId',
    {
      config: { access: 'member' },
      schema: { tags, summary: 'Delete a draft', params: path, response: { 204: z.null() } },
    },
    async ({ instanceId, user, params }, reply) => {
      await database.inInstance(instanceId, (tx) => discardDraft(tx, params.draftId, user.id));
      return reply.status(204).send(null);
    },
  );
  app.post(
    '/api/instances/:instanceId/drafts/:draftId/send',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Send a draft, after the seconds in which it can be undone, or later',
        description:
          'The id of the draft, made by the caller, becomes that of the message: the same request again sends nothing twice, and is answered with the message.',
        params: path,
        body: z.strictObject({
          version: int4,
          sendAt: sendTime.optional(),
          /** Also set the conversation done. */
          done: z.boolean().default(false),
          /** The newest message the author had seen: refused (`answered-meanwhile`) if others wrote since. */
          seenMessageId: id.optional(),
        }),
        response: { 201: z.object({ conversationId: id, message }) },
      },
    },
    async (request, reply) => {
      const { instanceId, user, params, body } = request;
      const sent = await database.inInstance(instanceId, async (tx) => {
        const { undoSeconds } = await writingSettings(tx, user.id);
        const { version, sendAt, done, seenMessageId } = body;
        const when = sendAt ? { sendAt } : { undoSeconds };
        const { draftId } = params;
        const now = new Date();
        const { conversationId, messageId } = await sendDraft(
          tx,
          { draftId, version, author: user, sendTime: when, markDone: done, seenMessageId, now },
          queue.enqueue,
        );
        return { conversationId, message: (await timelineMessage(tx, messageId))! };
      });
      return reply.status(201).send({ ...sent, message: messageResponse(request, sent.message) });
    },
  );
  app.post(
    '/api/instances/:instanceId/messages/:messageId/draft',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Turn an unsent message back into a draft, or copy one that bounced',
        description: 'Refused once Gmail may have received the request to send it.',
        params: messagePath,
        response: { 200: z.object({ draft, conversationId: id }) },
      },
    },
    ({ instanceId, user, params }) =>
      database.inInstance(instanceId, async (tx) => {
        const { messageId } = params;
        const { draftId, conversationId } = await undoSend(tx, {
          messageId,
          userId: user.id,
          now: new Date(),
        });
        return { draft: await readDraft(tx, draftId, user.id), conversationId };
      }),
  );
  app.post(
    '/api/instances/:instanceId/messages/:messageId/forward',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Create a draft that forwards a message, with its attachments',
        params: messagePath,
        response: { 200: z.object({ draft }) },
      },
    },
    ({ instanceId, user, params }) =>
      database.inInstance(instanceId, async (tx) => {
        const { messageId } = params;
        const draftId = await startForwardDraft(tx, { messageId, userId: user.id, now: new Date() });
        return { draft: await readDraft(tx, draftId, user.id) };
      }),
  );
  app.get(
    '/api/instances/:instanceId/conversations/:conversationId/writers',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'The colleagues who are writing here now',
        params: instancePath.extend({ conversationId: id }),
        response: { 200: z.object({ writers: z.array(z.object({ id, name: z.string(), kind })) }) },
      },
    },
    async ({ instanceId, user, params }) => ({
      writers: await database.inInstance(instanceId, (tx) =>
        activeWriters(tx, params.conversationId, { userId: user.id, now: new Date() }),
      ),
    }),
  );
  app.delete(
    '/api/instances/:instanceId/drafts/:draftId/attachments/:attachmentId',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Remove a file from a draft',
        params: path.extend({ attachmentId: id }),
        response: { 204: z.null() },
      },
    },
    async ({ instanceId, user, params }, reply) => {
      const { draftId, attachmentId } = params;
      await database.inInstance(instanceId, (tx) => detach(tx, { draftId, userId: user.id, attachmentId }));
      return reply.status(204).send(null);
    },
  );
  app.register(async (uploads) => uploadRoute(uploads as HttpServer, { database, bounds }));
}

/** The one route with large bodies: a file as application/octet-stream, written to disk as it arrives. */
function uploadRoute(app: HttpServer, { database, bounds }: Pick<Services, 'database' | 'bounds'>): void {
  const { uploadsUnderWay, uploadsUnderWayPerUser, storedAtOnce } = { ...defaultBounds, ...bounds };
  const underWay = new Map<object, string>();
  const memory = createByteBudget(storedAtOnce);
  // The body is the stream itself.
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  app.put(
    '/api/instances/:instanceId/drafts/:draftId/attachments/:attachmentId',
    {
      config: { access: 'member' },
      schema: {
        tags: ['writing'],
        summary: 'Attach a file to a draft: its bytes as application/octet-stream',
        description:
          'The id is chosen by the caller. All files of a draft together have at most 25 MB. A file that Gmail blocks, also inside a ZIP archive, is refused (`attachment-blocked`, `attachment-blocked-inside`). So is a file if all drafts of the user or of the instance hold too many (`too-many-draft-files`, `too-many-draft-files-here`).',
        consumes: ['application/octet-stream'],
        params: path.extend({ attachmentId: id }),
        querystring: z.object({
          filename: z.string().min(1).max(300),
          mediaType: z.string().max(160).default('application/octet-stream'),
          /** An image in the text. */
          inline: z.stringbool().default(false),
        }),
        response: { 200: z.object({ attachment }) },
      },
    },
    async (request) => {
      const { instanceId, user, params, query, body } = request;
      const { draftId, attachmentId } = params;
      const announced = Number(request.headers['content-length'] ?? 0);
      if (announced > maxAttachmentBytes) throw new ProblemError(tooLarge);
      const ofUser = [...underWay.values()].filter((userId) => userId === user.id).length;
      if (underWay.size >= uploadsUnderWay || ofUser >= uploadsUnderWayPerUser) {
        throw new ProblemError(createProblem(503, 'too-many-uploads'));
      }
      underWay.set(request, user.id);
      let file: ReceivedFile | null = null;
      try {
        // Before it is read, and again, exactly, when it is stored.
        await database.inInstance(instanceId, (tx) =>
          assertRoomForFiles(tx, user.id, { files: 1, bytes: announced }),
        );
        file = await receiveFile(body instanceof Readable ? body : Readable.from([]), maxAttachmentBytes);
        if (!file) throw new ProblemError(tooLarge);
        const { size, read } = file;
        const stored = await memory.spend(size, async () => {
          const bytes = await read();
          return database.inInstance(instanceId, (tx) =>
            attach(tx, { draftId, userId: user.id }, { id: attachmentId, ...query, bytes }),
          );
        });
        return { attachment: stored };
      } finally {
        underWay.delete(request);
        await file?.close();
      }
    },
  );
}
