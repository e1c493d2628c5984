import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressed } from './compress.ts';
import { messages } from './messages-plugin.ts';
import { serviceWorker } from './service-worker-plugin.ts';

export default defineConfig({
  plugins: [messages(), react(), serviceWorker(), compressed()],
  resolve: {
    // Messages are parsed at build, so the page needs no parser.
    alias: [
      {
        find: /^@formatjs\/icu-messageformat-parser$/,
        replacement: '@formatjs/icu-messageformat-parser/no-parser.js',
      },
    ],
  },
  build: {
    target: 'es2023',
    // Keeps light-dark(): its fallback for older browsers ignores the chosen appearance.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    rolldownOptions: {
      output: {
        chunkFileNames: ({ name }) => `assets/${name.split('~')[0]}-[hash].js`,
        codeSplitting: {
          groups: [
            // Seventy small files, six at a time, took longer to fetch than to run: the first view is one.
            { name: 'first', tags: ['$initial'], priority: 2 },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/api': 'http://127.0.0.1:4400', '/oauth': 'http://127.0.0.1:4400' },
  },
});
