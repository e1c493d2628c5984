import { storedProblem } from '../problems.ts';
import { exceededDeadline, openWorkerPool } from '../worker-pool.ts';
import { blankDocument } from './blank.ts';
import type { Content, TemplateData } from './render-template.ts';
import type { TemplateErrorDetails } from './template-errors.ts';
import { TemplateError } from './template-errors.ts';

/** Renders messages into templates. A slow template does not block the server. */
export type Renderer = {
  /**
   * `template` null is Blank: the draft and nothing else. `quoted`: earlier messages to quote. Throws a TemplateError
   * if it cannot be rendered.
   */
  render(template: string | null, data: TemplateData, quoted?: Content | null): Promise<Content>;
  close(): Promise<void>;
};

export type RenderTask = { template: string; data: TemplateData; quoted: Content | null };

export type RenderResult = ({ kind: 'filled' } & Content) | ({ kind: 'error' } & TemplateErrorDetails);

/** How long a template that timed out is not tried again, because other messages would wait for it. */
const timeoutCooldownMs = 60_000;

/** Opens a renderer whose templates run in worker threads with a deadline and bounded memory. */
export function openRenderer(): Renderer {
  const pool = openWorkerPool<RenderTask, RenderResult>({
    filename: new URL('./render-worker.ts', import.meta.url).href,
    name: 'renderInWorker',
    // A real template takes a few milliseconds; this stops one that never ends.
    deadlineMs: 5_000,
    memoryMb: 256,
    idleTimeoutMs: 60_000,
  });
  const timedOutTemplates = new Map<string, number>();

  async function run(task: RenderTask): Promise<RenderResult> {
    const { template } = task;
    const skip = () =>
      (timedOutTemplates.get(template) ?? 0) > performance.now() ? timeoutError : undefined;
    try {
      return await pool.run(task, { skip });
    } catch (error) {
      if (timedOutTemplates.size >= 100) timedOutTemplates.clear();
      timedOutTemplates.set(template, performance.now() + timeoutCooldownMs);
      if (exceededDeadline(error)) return timeoutError;
      const { message } = error as Error;
      return { kind: 'error', problem: storedProblem('template-failed', { message }), line: null };
    }
  }

  return {
    async render(template, data, quoted = null) {
      if (template === null) return renderBlank(data, quoted);
      const result = await run({ template, data, quoted });
      if (result.kind === 'error') throw new TemplateError(result);
      return { html: result.html, text: result.text };
    },
    close: () => pool.close(),
  };
}

function renderBlank(data: TemplateData, quoted: Content | null): Content {
  const { textBody } = data.draft;
  return {
    html: blankDocument(data, quoted ? `<br>${quoted.html}` : ''),
    text: quoted ? `${textBody}\n\n${quoted.text}` : textBody,
  };
}

const timeoutError: RenderResult = { kind: 'error', problem: storedProblem('template-too-slow'), line: null };
