import { z } from 'zod';
import { countViews } from '../../../conversations/count-views.ts';
import { listConversations, rowsInView } from '../../../conversations/list-conversations.ts';
import { countableViews, views } from '../../../conversations/views.ts';
import { countFilters } from '../../../search/count-saved-filters.ts';
import { matchingRows } from '../../../search/search.ts';
import { inSearchTime } from '../../../search/search-time.ts';
import { conversationRow, id, instancePath, timeZone } from '../../schemas/common.ts';
import { troubleResponse, troubleSchema } from '../../schemas/mailboxes.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import type { HttpServer, Services } from '../../services.ts';

const viewCounts = z
  .object({
    // Each at most 10,000, where counting stops.
    ...(Object.fromEntries(countableViews.map((view) => [view, z.number().int()])) as Record<
      (typeof countableViews)[number],
      z.ZodNumber
    >),
    mailboxes: z.array(
      z.object({
        mailboxId: id,
        displayName: z.string(),
        address: z.string(),
        open: z.number().int(),
        state: z.enum(['connected', 'trouble', 'disconnected']),
        trouble: troubleSchema.nullable(),
        /** How many of its messages cannot be read. */
        unreadable: z.number().int(),
      }),
    ),
    /** Counts of your saved filters, at most 10,000 each; filters with words are not counted. */
    filters: z.array(z.object({ filterId: id, count: z.number().int() })),
  })
  .meta({ id: 'Views' });

/** The views of the inbox: their counts and their conversations. */
export function viewRoutes(app: HttpServer, { database }: Services): void {
  const tags = ['conversations'];
  app.get(
    '/api/instances/:instanceId/views',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'How many conversations each view and each saved filter has',
        params: instancePath,
        querystring: z.object({ timeZone }),
        response: { 200: viewCounts },
      },
    },
    (request) => {
      const { instanceId, user, query } = request;
      return database.inInstance(
        instanceId,
        async (tx) => {
          const counts = await countViews(tx, user.id);
          return {
            ...counts,
            mailboxes: counts.mailboxes.map((mailbox) => ({
              ...mailbox,
              trouble: troubleResponse(request, mailbox.trouble),
            })),
            filters: await countFilters(tx, { userId: user.id, timeZone: query.timeZone }),
          };
        },
        { readOnly: true },
      );
    },
  );
  app.get(
    '/api/instances/:instanceId/conversations',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'One page of a view, newest first',
        params: instancePath,
        querystring: z.object({
          view: z.enum(views).default('open'),
          mailboxId: id.optional(),
          ...pageQuery({ usual: 50, most: 200 }),
        }),
        response: {
          200: z.object({ conversations: z.array(conversationRow), next }),
        },
      },
    },
    ({ instanceId, user, query }) =>
      database.inInstance(instanceId, (tx) => listConversations(tx, { ...query, userId: user.id }), {
        readOnly: true,
      }),
  );
  app.get(
    '/api/instances/:instanceId/conversations/in-view',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Which of these conversations are in a view now',
        params: instancePath,
        querystring: z.object({
          view: z.enum(views).default('open'),
          mailboxId: id.optional(),
          /** A search instead of a view, as in GET search. */
          q: z.string().max(500).optional(),
          timeZone,
          ids: z
            .string()
            .max(37 * 100)
            .transform((text) => text.split(','))
            .pipe(z.array(id).min(1).max(100))
            .meta({ type: 'string', description: 'Comma-separated ids' }),
        }),
        response: {
          200: z.object({
            conversations: z.array(conversationRow),
            /** Ordered by time; the matches of words are not. */
            ordered: z.boolean(),
          }),
        },
      },
    },
    ({ instanceId, user, query: { q: text, ...query } }) =>
      text === undefined
        ? database.inInstance(instanceId, async (tx) => ({
            conversations: await rowsInView(tx, { ...query, userId: user.id }),
            ordered: true,
          }))
        : inSearchTime(database, instanceId, (tx) => matchingRows(tx, { ...query, text, userId: user.id })),
  );
}
