import { Piscina } from 'piscina';
import { storedProblem } from '../problems.ts';
import { type TemplateData, TemplateError } from './render-template.ts';
import type { TemplateErrorDetails } from './template-errors.ts';

/** Renders messages into templates without a template being able to hold up the server. */
export type Renderer = {
  /** `template` null is Blank: the written words and nothing else. Throws a TemplateFault where it cannot be filled. */
  render(template: string | null, data: TemplateData): Promise<{ html: string; text: string }>;
  close(): Promise<void>;
};

export type RenderResult =
  | { kind: 'filled'; html: string; text: string }
  | ({ kind: 'error' } & TemplateErrorDetails);

/** A real template takes some milliseconds; one made to hang is given up. */
const deadlineMs = 5_000;
/** So long after it was given up a template is not tried again: others would wait for it each time. */
const timeoutCooldownMs = 60_000;
/** One that hangs leaves a thread to the others. */
const workerCount = 2;

/** Templates are filled in threads, with a deadline and bounded memory. */
export function openRenderer(): Renderer {
  const pool = new Piscina<{ template: string; data: TemplateData }, RenderResult>({
    filename: new URL('./render-worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: workerCount,
    idleTimeout: 60_000,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  const limit = limitConcurrency(workerCount);
  const timedOutTemplates = new Map<string, number>();

  async function run(template: string, data: TemplateData): Promise<RenderResult> {
    if ((timedOutTemplates.get(template) ?? 0) > performance.now()) return timeoutError;
    // From here on: waiting for others is none of its time.
    const signal = AbortSignal.timeout(deadlineMs);
    try {
      return await pool.run({ template, data }, { signal });
    } catch (error) {
      if (timedOutTemplates.size >= 100) timedOutTemplates.clear();
      timedOutTemplates.set(template, performance.now() + timeoutCooldownMs);
      if (signal.aborted) return timeoutError;
      const { message } = error as Error;
      return { kind: 'error', problem: storedProblem('template-failed', { message }), line: null };
    }
  }

  return {
    async render(template, data) {
      if (template === null) return { html: data.draft.htmlBody, text: data.draft.textBody };
      const result = await limit(() => run(template, data));
      if (result.kind === 'error') throw new TemplateError(result);
      return { html: result.html, text: result.text };
    },
    close: () => pool.destroy(),
  };
}

const timeoutError: RenderResult = { kind: 'error', problem: storedProblem('template-too-slow'), line: null };

/** Does so many at once, the others after each other. */
function limitConcurrency(maxConcurrent: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: Array<() => void> = [];
  let running = 0;
  return async (work) => {
    if (running >= maxConcurrent) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // Whoever waits takes the place over.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
