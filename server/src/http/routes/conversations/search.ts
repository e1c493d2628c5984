import { z } from 'zod';
import { correctSpelling } from '../../../search/correct-spelling.ts';
import { search } from '../../../search/search.ts';
import { inSearchTime } from '../../../search/search-time.ts';
import { conversationRow, id, instancePath, timeZone } from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import type { HttpServer, Services } from '../../services.ts';

const pieces = z.array(z.object({ text: z.string(), hit: z.boolean() }));
const found = conversationRow
  .extend({
    /**
     * The matching message, with matches marked; null for a search by fields only. `person`: a sender or addressee,
     * if nothing else matches.
     */
    hit: z.object({ messageId: id, subject: pieces, text: pieces, files: pieces, person: pieces }).nullable(),
  })
  .meta({ id: 'FoundConversation' });

export function searchRoutes(app: HttpServer, { database }: Services): void {
  app.get(
    '/api/instances/:instanceId/search',
    {
      config: { access: 'member' },
      schema: {
        tags: ['conversations'],
        summary:
          'Conversations by words, phrases and fields (from: to: subject: has: before: after: tag: assignee: mailbox: is:)',
        params: instancePath,
        querystring: z.object({
          q: z.string().max(500),
          /** The time zone of `before:` and `after:`, such as `Europe/Berlin`. */
          timeZone,
          ...pageQuery({ usual: 30, most: 200 }),
        }),
        response: {
          200: z.object({
            conversations: z.array(found),
            next,
            /** Whether there are more matches; a search with words has one page, of the best. */
            more: z.boolean(),
            problems: z.array(
              z.object({
                code: z.enum([
                  'unknown-tag',
                  'unknown-person',
                  'unknown-mailbox',
                  'unknown-is',
                  'unknown-has',
                  'unknown-day',
                ]),
                value: z.string(),
              }),
            ),
          }),
        },
      },
    },
    ({ instanceId, user, query: { q: text, ...query } }) =>
      inSearchTime(database, instanceId, (tx) => search(tx, { ...query, text, userId: user.id })),
  );
  app.get(
    '/api/instances/:instanceId/search/correction',
    {
      config: { access: 'member' },
      schema: {
        tags: ['conversations'],
        summary:
          'A search that found nothing with its misspelt words corrected; null if that finds nothing either',
        params: instancePath,
        querystring: z.object({ q: z.string().max(500), timeZone }),
        response: { 200: z.object({ correction: z.string().nullable() }) },
      },
    },
    ({ instanceId, user, query: { q: text, timeZone } }) =>
      inSearchTime(database, instanceId, async (tx) => ({
        correction: await correctSpelling(tx, { text, timeZone, userId: user.id }),
      })),
  );
}
