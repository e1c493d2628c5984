import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { expect, vi } from 'vitest';

/** A PNG in base64 by its size and color (`40x20,#cc0000`), with a darker frame, so that stretching and tiling can be seen. */
export function picture(what: string): string {
  const [, width, height, color] = /^(\d+)x(\d+),#(\w{6})$/.exec(what)!;
  const image = new PNG({ width: Number(width), height: Number(height) });
  const rgb = [0, 2, 4].map((at) => Number.parseInt(color!.slice(at, at + 2), 16));
  for (let y = 0; y < image.height; y++)
    for (let x = 0; x < image.width; x++) {
      const isEdge = x === 0 || y === 0;
      image.data.set([...rgb.map((part) => (isEdge ? part >> 1 : part)), 255], (y * image.width + x) * 4);
    }
  return PNG.sync.write(image).toString('base64');
}

/** A screenshot of a message's frame once its document has loaded and it is as high as that. */
export async function settledScreenshot(frame: ReturnType<Page['locator']>): Promise<PNG> {
  await expect
    .poll(() =>
      frame.evaluate((element) => {
        // The frame and its document: e2e knows no types of the DOM.
        const { contentDocument, clientHeight } = element as unknown as {
          clientHeight: number;
          contentDocument: {
            readyState: string;
            documentElement: { offsetHeight: number; scrollHeight: number };
          };
        };
        const { offsetHeight, scrollHeight } = contentDocument.documentElement;
        return contentDocument.readyState === 'complete' && offsetHeight > 0 && scrollHeight <= clientHeight;
      }),
    )
    .toBe(true);
  // A preview that is rendered once more replaces its frame.
  return PNG.sync.read(await vi.waitFor(() => frame.screenshot({ animations: 'disabled' }), 20_000));
}
