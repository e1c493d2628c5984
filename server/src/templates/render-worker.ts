import { renderTemplate } from './render-template.ts';
import type { RenderResult, RenderTask } from './renderer.ts';
import { TemplateError } from './template-errors.ts';

/** The worker of renderer.ts. Errors cross threads as values. */
export function renderInWorker({ template, data, quoted }: RenderTask): RenderResult {
  try {
    return { kind: 'filled', ...renderTemplate(template, data, quoted) };
  } catch (error) {
    if (error instanceof TemplateError) return { kind: 'error', problem: error.problem, line: error.line };
    throw error;
  }
}
