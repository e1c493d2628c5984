/** True for the names and addresses of this very machine. */
export function isLoopback(hostname: string): boolean {
  const plain = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return plain === 'localhost' || plain === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(plain);
}

/**
 * True when a request's Host header names this machine. Anything else is a page elsewhere that had its
 * name resolve to 127.0.0.1 (DNS rebinding).
 */
export function isLoopbackHostHeader(host: string | undefined): boolean {
  if (!host || !URL.canParse(`http://${host}`)) return false;
  return isLoopback(new URL(`http://${host}`).hostname);
}
