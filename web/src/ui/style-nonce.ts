/**
 * The nonce that the style elements of this page need by its Content-Security-Policy (server/src/http/web-page.ts);
 * undefined in tests and where Vite serves the page.
 */
export const styleNonce =
  globalThis.document?.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce || undefined;
