import { renderTemplate, type TemplateData, TemplateError } from './render-template.ts';
import type { RenderResult } from './renderer.ts';

/** The worker of renderer.ts. Errors cross threads as values. */
export function renderInWorker({ template, data }: { template: string; data: TemplateData }): RenderResult {
  try {
    return { kind: 'filled', ...renderTemplate(template, data) };
  } catch (error) {
    if (error instanceof TemplateError) return { kind: 'error', problem: error.problem, line: error.line };
    throw error;
  }
}
