import { z } from 'zod';

/** The page of a list that a request wants. `usual`: how many without `limit`; `most`: the highest `limit`. */
export function pageQuery({ usual = 100, most = 500 }: { usual?: number; most?: number } = {}) {
  return {
    after: z
      .string()
      .max(2_000)
      .optional()
      .describe('The `next` of the page before; the first page without it.'),
    limit: z.coerce.number().int().min(1).max(most).default(usual).describe('How many at most.'),
  };
}

/** The member of an answer that leads to the following page. */
export const next = z
  .string()
  .nullable()
  .describe('The cursor of the following page; null: this is the last.');
