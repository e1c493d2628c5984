import { Piscina } from 'piscina';
import { type TemplateData, TemplateFault } from './fill.ts';

/** Renders messages into templates without a template being able to hold up the server. */
export type Renderer = {
  /** `template` null is Blank: the written words and nothing else. Throws a TemplateFault where it cannot be filled. */
  render(template: string | null, data: TemplateData): Promise<{ html: string; text: string }>;
  close(): Promise<void>;
};

export type Filled =
  | { kind: 'filled'; html: string; text: string }
  | { kind: 'fault'; message: string; line: number | null };

/** A real template takes some milliseconds; one made to hang is given up. */
const deadlineMs = 5_000;

/** Templates are filled in threads, with a deadline and bounded memory. */
export function openRenderer(): Renderer {
  const pool = new Piscina<{ template: string; data: TemplateData }, Filled>({
    filename: new URL('./fill-thread.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 60_000,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  return {
    async render(template, data) {
      if (template === null) return { html: data.draft.htmlBody, text: data.draft.textBody };
      const signal = AbortSignal.timeout(deadlineMs);
      const filled = await pool.run({ template, data }, { signal }).catch((error) => {
        const message = signal.aborted
          ? 'Filling it takes too long.'
          : `It cannot be filled: ${(error as Error).message}`;
        throw new TemplateFault({ message, line: null });
      });
      if (filled.kind === 'fault') throw new TemplateFault(filled);
      return { html: filled.html, text: filled.text };
    },
    close: () => pool.destroy(),
  };
}
