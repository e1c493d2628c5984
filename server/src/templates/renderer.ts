import { Piscina } from 'piscina';
import { storedProblem } from '../problems.ts';
import { type TemplateData, TemplateError } from './render-template.ts';
import type { TemplateErrorDetails } from './template-errors.ts';

/** Renders messages into templates. A slow template does not block the server. */
export type Renderer = {
  /** `template` null is Blank: the draft and nothing else. Throws a TemplateError if it cannot be rendered. */
  render(template: string | null, data: TemplateData): Promise<{ html: string; text: string }>;
  close(): Promise<void>;
};

export type RenderResult =
  | { kind: 'filled'; html: string; text: string }
  | ({ kind: 'error' } & TemplateErrorDetails);

/** A real template takes a few milliseconds; this stops one that never ends. */
const deadlineMs = 5_000;
/** How long a template that timed out is not tried again, because other messages would wait for it. */
const timeoutCooldownMs = 60_000;
/** Two, so that a slow template leaves one thread to the others. */
const workerCount = 2;

/** Opens a renderer whose templates run in worker threads with a deadline and bounded memory. */
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
    // The time it waited for a thread does not count.
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

/** Runs at most `maxConcurrent` at once; the others wait in order. */
function limitConcurrency(maxConcurrent: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: Array<() => void> = [];
  let running = 0;
  return async (work) => {
    if (running >= maxConcurrent) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // The next one takes over this slot.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
