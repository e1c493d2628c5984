import { z } from 'zod';
import { mailFonts, type TemplateForm } from '../../database/column-types.ts';
import { id } from './common.ts';

const color = z.string().regex(/^#[\da-f]{6}$/i);
/** To a page, an address or a telephone: mail programs block others. */
const link = z
  .string()
  .max(500)
  .regex(/^(?:https?:\/\/|mailto:|tel:)[^\s"<>{}]+$/i)
  .or(z.literal(''));
const pixels = (min: number, max: number) => z.number().int().min(min).max(max);

/** The form of a template, from which the server makes its HTML (templates/form/template-html.ts). */
export const templateForm = z
  .strictObject({
    version: z.literal(1),
    /** The HTML was changed by hand since it was made from these values. */
    edited: z.boolean(),
    logo: z
      .strictObject({
        pictureId: id,
        width: pixels(1, 800),
        height: pixels(1, 2_000),
        alt: z.string().max(200),
      })
      .nullable(),
    header: z.strictObject({ text: z.string().max(300), band: z.boolean() }),
    colors: z.strictObject({ brand: color, page: color, card: color, text: color }),
    font: z.enum(mailFonts),
    width: pixels(320, 800),
    align: z.enum(['start', 'center']),
    footer: z.strictObject({
      text: z.string().max(2_000),
      links: z.array(z.strictObject({ label: z.string().max(80), url: link })).max(6),
      buttons: z.boolean(),
    }),
    signatureLine: z.boolean(),
  })
  .meta({ id: 'TemplateForm' }) satisfies z.ZodType<TemplateForm>;
