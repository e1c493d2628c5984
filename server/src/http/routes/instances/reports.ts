import { z } from 'zod';
import { backlog, backlogAges } from '../../../reports/backlog.ts';
import { openingHours, saveOpeningHours } from '../../../reports/opening-hours.ts';
import { responseTimes } from '../../../reports/response-times.ts';
import { volume } from '../../../reports/volume.ts';
import { actorOf } from '../../access.ts';
import { id, instancePath } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

const count = z.number().int();
const date = z.iso.date();
const subject = { mailboxId: id.optional(), userId: id.optional(), tagId: id.optional() };
const period = z.object({ from: date, to: date, ...subject });
const steps = ['day', 'week', 'month'] as const;

const times = z
  .object({ count, median: z.number(), ninetieth: z.number() })
  .nullable()
  .meta({ id: 'Times', description: 'Seconds that half and nine tenths of them took at most' });
const measures = { first: times, next: times, resolution: times };
const groups = z.array(z.object({ key: z.string().nullable(), ...measures }));
const counts = { arrivals: count, sent: count, done: count };

const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/);
const hours = z
  .strictObject({
    timeZone: z.string().min(1).max(60),
    week: z.array(z.strictObject({ day: z.number().int().min(1).max(7), from: time, to: time })).max(28),
    holidays: z.array(z.strictObject({ date, name: z.string().max(100) })).max(400),
  })
  .meta({ id: 'OpeningHours' });
const hoursResponse = z.object({ openingHours: hours.nullable() });

/** The figures of reports, and the opening hours that they are counted within, for admins (A6). */
export function reportRoutes(app: HttpServer, { database }: Services): void {
  const config = { access: 'admin' } as const;
  const tags = ['reports'];
  const url = '/api/instances/:instanceId';
  app.get(
    `${url}/reports/times`,
    {
      config,
      schema: {
        tags,
        summary: 'First response, next response and resolution times',
        description:
          'In all, and by step of the period, address, person or tag. Days are those of the time zone of the opening hours. withinHours: only seconds within the opening hours count. compare: by this as well, in one request.',
        params: instancePath,
        querystring: period.extend({
          group: z.enum([...steps, 'mailbox', 'user', 'tag']),
          compare: z.enum(['mailbox', 'user', 'tag']).optional(),
          withinHours: z.enum(['true', 'false']).default('false'),
        }),
        response: {
          200: z.object({
            total: z.object(measures),
            groups,
            compared: groups.nullable(),
          }),
        },
      },
    },
    async ({ instanceId, query: { group, compare, withinHours, ...filter } }) =>
      database.inInstance(instanceId, (tx) =>
        responseTimes(tx, filter, { group, compare, withinHours: withinHours === 'true' }),
      ),
  );
  app.get(
    `${url}/reports/volume`,
    {
      config,
      schema: {
        tags,
        summary: 'Messages received and sent, and conversations done',
        description: 'Over time, and by weekday (1 is Monday) and hour. What has no messages is left out.',
        params: instancePath,
        querystring: period.extend({ step: z.enum(steps) }),
        response: {
          200: z.object({
            steps: z.array(z.object({ start: z.string(), ...counts })),
            hours: z.array(z.object({ weekday: count, hour: count, ...counts })),
          }),
        },
      },
    },
    async ({ instanceId, query: { step, ...filter } }) =>
      database.inInstance(instanceId, (tx) => volume(tx, filter, step)),
  );
  app.get(
    `${url}/reports/backlog`,
    {
      config,
      schema: {
        tags,
        summary: 'Open conversations by how long their customers have been waiting',
        description:
          'waiting: one count for each age in hours of ages, of those below it, and one for older ones. answered: nobody waits.',
        params: instancePath,
        querystring: z.object(subject),
        response: {
          200: z.object({ ages: z.array(count), waiting: z.array(count), answered: count }),
        },
      },
    },
    async ({ instanceId, query }) => ({
      ages: [...backlogAges],
      ...(await database.inInstance(instanceId, (tx) => backlog(tx, query, new Date()))),
    }),
  );
  app.get(
    `${url}/opening-hours`,
    {
      config,
      schema: {
        tags,
        summary: 'The opening hours',
        description: 'null: none are set; reports count all hours, and days in UTC.',
        params: instancePath,
        response: { 200: hoursResponse },
      },
    },
    async ({ instanceId }) => ({ openingHours: await database.inInstance(instanceId, openingHours) }),
  );
  app.put(
    `${url}/opening-hours`,
    {
      config,
      schema: {
        tags,
        summary: 'Set the opening hours',
        description: 'Days of the week are 1 (Monday) to 7, times are 09:00, the end of a day is 24:00.',
        params: instancePath,
        body: hours,
        response: { 200: hoursResponse },
      },
    },
    async (request) => ({
      openingHours: await database.inInstance(request.instanceId, (tx) =>
        saveOpeningHours(tx, request.body, actorOf(request)),
      ),
    }),
  );
}
