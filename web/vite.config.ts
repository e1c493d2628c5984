import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // light-dark() stays as it is: what stands in for it does not follow the chosen appearance.
  build: { target: 'es2023', cssTarget: ['chrome123', 'firefox120', 'safari17.5'] },
  server: {
    proxy: { '/api': 'http://127.0.0.1:4400', '/oauth': 'http://127.0.0.1:4400' },
  },
});
