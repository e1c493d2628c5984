import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const [asBrotli, asGzip] = [promisify(brotliCompress), promisify(gzip)];

/** Puts a brotli and a gzip copy beside each text of the built page, for the server to send as they are. */
export function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle({ dir }) {
      const names = await readdir(dir!, { recursive: true });
      await Promise.all(
        names
          .filter((name) => /[.](js|css|html|svg|webmanifest)$/.test(name))
          .map(async (name) => {
            const file = path.join(dir!, name);
            const text = await readFile(file);
            // The best, 11, takes twice as long for one percent.
            const params = {
              [constants.BROTLI_PARAM_QUALITY]: 10,
              [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
            };
            await Promise.all([
              writeFile(`${file}.br`, await asBrotli(text, { params })),
              writeFile(`${file}.gz`, await asGzip(text, { level: 9 })),
            ]);
          }),
      );
    },
  };
}
