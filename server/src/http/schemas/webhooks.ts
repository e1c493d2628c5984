import { z } from 'zod';
import { webhookEventTypes } from '../../webhooks/webhooks.ts';
import { problemSchema } from '../problem-documents.ts';
import { id, time } from './common.ts';

export const eventType = z.enum(webhookEventTypes).meta({ id: 'WebhookEventType' });

/** Without a user and password: they would be in the log of whoever passes the request on. */
export const webhookUrl = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .refine((text) => !URL.parse(text)?.username, 'must not contain a user name');

export const webhook = z
  .object({
    id,
    url: z.string(),
    description: z.string(),
    eventTypes: z.array(eventType),
    /** `disabled`: by Postroom, after days of failure. */
    state: z.enum(['active', 'paused', 'disabled']),
    /** The first failure since the last success. */
    failingSince: time.nullable(),
    /** After a rotation, until then the former secret signs as well. */
    formerSecretUntil: time.nullable(),
    createdAt: time,
  })
  .meta({ id: 'Webhook' });

export const webhookDelivery = z
  .object({
    /** The header webhook-id, the same at each attempt. */
    id,
    type: z.string(),
    /** Ids, no content. */
    data: z.record(z.string(), z.string()),
    occurredAt: time,
    state: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.number().int(),
    nextAttemptAt: time.nullable(),
    lastAttemptAt: time.nullable(),
    /** Milliseconds of the last attempt. */
    lastMs: z.number().int().nullable(),
    /** The HTTP status of the last answer. */
    lastStatus: z.number().int().nullable(),
    problem: problemSchema.nullable(),
    /** The beginning of the answer that refused it. */
    response: z.string().nullable(),
  })
  .meta({ id: 'WebhookDelivery' });
