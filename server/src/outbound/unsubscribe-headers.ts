import { unsubscribePath } from '../bulk/unsubscribe.ts';

/**
 * The headers by which a customer unsubscribes from bulk messages with one click (RFC 2369, RFC 8058).
 * `url` is where people open Postroom.
 */
export function unsubscribeHeaders(token: string, url: string): Record<string, string> {
  return {
    'List-Unsubscribe': `<${url}${unsubscribePath(token)}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}
