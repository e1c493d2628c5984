import { z } from 'zod';
import type { TemplateForm } from '../../../database/column-types.ts';
import { googleNotConfigured } from '../../../mailboxes/connection-problems.ts';
import { sendTemplateTest } from '../../../outbound/send/send-template-test.ts';
import { ProblemError, storedProblem } from '../../../problems.ts';
import { templateProblem } from '../../../templates/check-template.ts';
import { unknownNames } from '../../../templates/data-names.ts';
import { lowContrasts as lowContrastsOf } from '../../../templates/form/colors.ts';
import { mailPrograms } from '../../../templates/mail-programs/mail-programs.ts';
import { previewMail } from '../../../templates/preview-mail.ts';
import { TemplateError } from '../../../templates/template-errors.ts';
import { htmlOf } from '../../../templates/templates.ts';
import { problemShape, problemView } from '../../problem-documents.ts';
import { id, instancePath, nameAndAddress } from '../../schemas/common.ts';
import { sentPreviewShape } from '../../schemas/sent-preview.ts';
import { templateForm } from '../../schemas/template-form.ts';
import type { HttpServer, Services } from '../../services.ts';

/** What shows a message as mail programs do is loaded with the first preview. */
const loadPreviews = () =>
  Promise.all([
    import('../../../templates/preview-sent.ts'),
    import('../../../templates/template-warnings.ts'),
  ]);

const previewInput = {
  /** The template as it is being written; null is Blank. */
  html: z.string().max(200_000).nullable(),
  /** Its HTML takes the place of `html`, unless it is `edited`. */
  form: templateForm.nullable().optional(),
  /** Whose data it is filled with; null is an example. */
  conversationId: id.nullable(),
  /** The address it leaves from; null is that of the conversation, or the first one. */
  mailboxId: id.nullable(),
  /** The HTML used as the message of a conversation without an answer. */
  sampleHtml: z.string().max(10_000),
};
const preview = z
  .object({
    /** null where the template cannot be filled. */
    sent: z.object(sentPreviewShape).nullable(),
    from: nameAndAddress.nullable(),
    to: nameAndAddress,
    subject: z.string(),
    /** Why it could not be saved. */
    problem: z.object({ ...problemShape, line: z.number().int().nullable() }).nullable(),
    /** The HTML of the template, also that of its form; null for Blank. */
    html: z.string().nullable(),
    /** What the mail program does not apply, how often; empty without `shownIn`. */
    leftOut: z.array(z.object({ what: z.string(), count: z.number().int() })),
    /** The mail program shows the beginning only. */
    clipped: z.boolean(),
    /** The colors of the form that do not have the contrast of WCAG AA, 4.5. */
    lowContrasts: z.array(z.object({ part: z.enum(['text', 'links']), ratio: z.number() })),
    /** Names that nothing is known by, so that they are always empty. */
    unknown: z.array(z.object({ name: z.string(), line: z.number().int() })),
    /** What is removed from it or does not work in some mail clients (templates/template-warnings.ts). */
    warnings: z.array(
      z.object({
        code: z.enum(['removed', 'no-alt', 'no-lang', 'too-long', 'long-style']),
        /** The element or attribute that is removed. */
        name: z.string().optional(),
        line: z.number().int().nullable().optional(),
        bytes: z.number().int().optional(),
      }),
    ),
  })
  .meta({ id: 'TemplatePreview' });

/** The template that is previewed; null is Blank. */
function templateOf({ html, form }: { html: string | null; form?: TemplateForm | null | undefined }) {
  return html === null && !form ? null : htmlOf({ html: html ?? '', form });
}

/** What a customer would get with a template, before it is saved. */
export function templatePreviewRoutes(app: HttpServer, { database, renderer, connecting }: Services): void {
  app.post(
    '/api/instances/:instanceId/template-previews',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['templates'],
        summary: 'Fill a template as it is, with the data of a conversation',
        params: instancePath,
        body: z.strictObject({
          ...previewInput,
          /** The program by whose rules `sent.html` is changed, approximately; omitted: it is as sent. */
          shownIn: z.strictObject({ program: z.enum(mailPrograms), dark: z.boolean() }).optional(),
        }),
        response: { 200: z.object({ preview }) },
      },
    },
    async (request) => {
      const { instanceId, body, user } = request;
      const { form, shownIn, conversationId, mailboxId, sampleHtml } = body;
      const [{ previewSent }, { templateWarnings }] = await loadPreviews();
      const template = templateOf(body);
      const { data, pictures, from, to, subject } = await database.inInstance(instanceId, (tx) =>
        previewMail(tx, { conversationId, mailboxId, sampleHtml, template, author: user }),
      );
      const lowContrasts = form && !form.edited ? lowContrastsOf(form.colors) : [];
      const mail = { from, to, subject, html: template, lowContrasts };
      const unknown = template === null ? [] : unknownNames(template).slice(0, 50);
      try {
        const filled = await renderer.render(template, data);
        const {
          leftOut = [],
          clipped = false,
          ...sent
        } = await previewSent(filled, { from, to, subject, pictures }, shownIn);
        const found = template === null ? null : await templateProblem(renderer, template);
        const problem = found && { ...problemView(request, found), line: found.line };
        const warnings = template === null ? [] : templateWarnings(template, filled.html);
        return { preview: { sent, ...mail, leftOut, clipped, problem, unknown, warnings } };
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        const stored = storedProblem('template-broken', { fault: error.problem });
        const problem = { ...problemView(request, stored), line: error.line };
        const none = { sent: null, leftOut: [], clipped: false, warnings: [] };
        return { preview: { ...none, ...mail, problem, unknown } };
      }
    },
  );
  app.post(
    '/api/instances/:instanceId/template-tests',
    {
      config: { access: 'admin', asksGoogle: true },
      schema: {
        tags: ['templates'],
        summary: 'Send yourself what a customer would receive with a template as it is',
        description: 'Sent at once from the given address, only to your own, and not stored.',
        params: instancePath,
        body: z.strictObject({ ...previewInput, mailboxId: id }),
        response: { 200: z.object({ to: z.string() }) },
      },
    },
    async ({ instanceId, body, user }) => {
      if (!connecting) throw new ProblemError(googleNotConfigured);
      const { html: _html, form: _form, ...asked } = body;
      const template = templateOf(body);
      const refused = await sendTemplateTest(
        { database, renderer, gmail: connecting.gmail },
        { instanceId, ...asked, template, author: user },
      );
      if (refused) throw new ProblemError(refused);
      return { to: user.email };
    },
  );
}
