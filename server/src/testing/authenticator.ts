import { createHmac } from 'node:crypto';

/**
 * The six digits that an authenticator app shows now (RFC 6238: SHA-1, 30 seconds), or `later` steps from now.
 * A code is accepted for one step before and after its own.
 */
export function codeOf(uri: string, later = 0): string {
  const bits = [...new URL(uri).searchParams.get('secret')!.replace(/=+$/, '')]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const mac = createHmac('sha1', key).update(counter).digest();
  const number = mac.readUInt32BE(mac[19]! & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}
