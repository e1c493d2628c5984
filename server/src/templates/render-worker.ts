import { fill, type TemplateData, TemplateFault } from './render-template.ts';
import type { Filled } from './renderer.ts';

/** The thread's side of renderer.ts; errors cross threads as values. */
export default function fillInThread({ template, data }: { template: string; data: TemplateData }): Filled {
  try {
    return { kind: 'filled', ...fill(template, data) };
  } catch (error) {
    if (error instanceof TemplateFault) return { kind: 'fault', message: error.message, line: error.line };
    throw error;
  }
}
