import { z } from 'zod';

/** A page of Postroom to return to: no open redirect. */
export const ownPath = z
  .string()
  .max(1_000)
  .regex(/^\/(?![/\\])[^\p{Cc}\\]*$/u);

/** Where the browser continues, at a provider. */
export const providerUrl = { 200: z.object({ url: z.string() }) };
