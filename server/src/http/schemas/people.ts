import { z } from 'zod';
import { passwordLength } from '../../instances/passwords.ts';
import { problemMessage } from '../request-problems.ts';
import { id, time } from './common.ts';

export const role = z.enum(['admin', 'agent']);
export const kind = z.enum(['production', 'sandbox']);

const singleLineString = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .regex(/^\P{Cc}*$/u, problemMessage('value-not-one-line'));

export const personName = singleLineString(100);
export const instanceName = singleLineString(60);
export const email = z.email().max(254);
/** Only rejects absurd lengths; instances/passwords.ts holds the rules. */
export const password = z.string().max(passwordLength.max * 8);
export const token = z.string().max(200);

export const member = z
  .object({
    id,
    name: z.string(),
    email: z.string(),
    role,
    twoFactor: z.boolean(),
    since: time,
    deactivatedAt: time.nullable(),
    openConversations: z.number().int(),
  })
  .meta({ id: 'Member' });

export const invitation = z
  .object({
    id,
    email: z.string(),
    role,
    /** Null if the admin passes the link on. */
    sentFrom: z.string().nullable(),
    createdAt: time,
    expiresAt: time,
  })
  .meta({ id: 'PendingInvitation' });

/** The link of an invitation; `sentFrom` is the connected address that sent it. */
export const link = z.object({ url: z.string(), sentFrom: z.string().nullable() }).meta({ id: 'Link' });
