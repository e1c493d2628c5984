import { z } from 'zod';
import { id } from './common.ts';

/** What the author decided about the earlier messages that the reply quotes. */
export const quoting = z
  .strictObject({
    /** Left out. */
    omitted: z.array(id).max(1_000),
    /** Quoted although `readers`, recipients of the reply, have not received them. */
    added: z
      .array(z.strictObject({ messageId: id, readers: z.array(z.string().max(320)).max(300) }))
      .max(1_000),
  })
  .meta({ id: 'Quoting' });
