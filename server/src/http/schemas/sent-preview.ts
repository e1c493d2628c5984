import { z } from 'zod';

/** What arrives of a message (templates/preview-sent.ts). */
export const sentPreviewShape = {
  /** The HTML as it is sent, with the pictures of the message in `data:` URLs. */
  html: z.string(),
  text: z.string(),
  /** The size of the HTML as it is sent. */
  bytes: z.number().int(),
};
