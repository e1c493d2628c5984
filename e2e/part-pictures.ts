import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { createServer } from 'vite';
import { openBrowser } from '../google-simulator/src/testing/open-browser.ts';
import { compare } from './compare-pictures.ts';

/**
 * Takes pictures of all parts of the interface (web/parts.html), light and dark, and compares them with those in
 * part-pictures/. `--update` stores them instead. Letters differ a little between versions of Chromium.
 */
const mayDiffer = 0.01;

const pictures = path.join(import.meta.dirname, 'part-pictures');
const failures = path.join(tmpdir(), 'postroom-part-pictures');
const update = process.argv.includes('--update');

const server = await createServer({
  root: fileURLToPath(new URL('../web', import.meta.url)),
  server: { host: '127.0.0.1', port: 0 },
  logLevel: 'error',
});
await server.listen();
const browser = await openBrowser();
const differing: string[] = [];
try {
  await mkdir(update ? pictures : failures, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: { width: 800, height: 1200 }, colorScheme });
    // The first load compiles all parts.
    page.setDefaultTimeout(120_000);
    await page.goto(`${server.resolvedUrls!.local[0]}parts.html`);
    await page.locator('[data-part]').last().waitFor();
    await page.evaluate('document.fonts.ready');
    for (const part of await page.locator('[data-part]').all()) {
      const name = `${colorScheme}-${await part.getAttribute('data-part')}.png`;
      const taken = await part.screenshot({ animations: 'disabled' });
      if (update) await writeFile(path.join(pictures, name), taken);
      else await check(name, taken);
    }
  }
} finally {
  await browser.close();
  await server.close();
}
if (differing.length > 0) {
  console.error(`These parts look different; the pictures and what differs are in ${failures}:`);
  console.error(differing.join('\n'));
  process.exitCode = 1;
}

async function check(name: string, taken: Buffer): Promise<void> {
  const stored = await readFile(path.join(pictures, name)).catch(() => null);
  const result = stored && compare(PNG.sync.read(taken), PNG.sync.read(stored));
  if (result && result.share <= mayDiffer) return;
  differing.push(
    `${name}: ${result ? `${(100 * result.share).toFixed(1)} %` : 'no picture to compare with'}`,
  );
  await writeFile(path.join(failures, name), taken);
  if (result) await writeFile(path.join(failures, `differs-${name}`), PNG.sync.write(result.image));
}
