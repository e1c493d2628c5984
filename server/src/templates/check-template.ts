import { createProblem, type Problem } from '../problems.ts';
import { isVisible } from './is-visible.ts';
import type { TemplateData } from './render-template.ts';
import type { Renderer } from './renderer.ts';
import { TemplateError } from './template-errors.ts';

const placeholderText = 'postroom-draft-placeholder';

/** Example data with a value for every name. Previews without a conversation show it. */
export const exampleData: TemplateData = {
  draft: {
    htmlBody: `<p>${placeholderText}</p>`,
    textBody: placeholderText,
    language: 'en',
    direction: 'ltr',
  },
  user: {
    name: 'John Carter',
    displayName: 'John',
    email: 'john@acme.example',
    emailSignature: 'John',
    avatarUrl: 'https://acme.example/john.png',
  },
  customer: {
    id: '1',
    name: 'Ana Silva',
    displayName: 'Ana Silva',
    firstName: 'Ana',
    lastName: 'Silva',
    email: 'ana@mail.example',
    custom: {},
  },
  conversation: { id: '1', name: 'Order', subject: 'Order', status: 'open', custom: {} },
  message: { id: '1', subject: 'Re: Order', sentAt: '3 Mar 2026, 09:30 UTC' },
};

/** No values except the draft. */
const emptyData: TemplateData = {
  draft: exampleData.draft,
  user: { name: '', displayName: '', email: '', emailSignature: '', avatarUrl: '' },
  customer: { id: '', name: '', displayName: '', firstName: '', lastName: '', email: '', custom: {} },
  conversation: { id: '', name: '', subject: '', status: '', custom: {} },
  message: { id: '', subject: '', sentAt: '' },
};

/**
 * Why a template cannot be saved: it cannot be rendered, or the message would not always show what the
 * agent wrote. null if it can be saved.
 */
export async function templateProblem(
  renderer: Renderer,
  html: string,
): Promise<(Problem & { line: number | null }) | null> {
  for (const data of [exampleData, emptyData]) {
    try {
      const rendered = await renderer.render(html, data);
      if (!rendered.text.includes(placeholderText) || !isVisible(rendered.html, placeholderText))
        return { ...missingDraftPlaceholder, line: null };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const invalidTemplate = createProblem(400, 'template-broken', { fault: error.problem });
      return { ...invalidTemplate, line: error.line };
    }
  }
  return null;
}

const missingDraftPlaceholder = createProblem(400, 'template-without-draft');
