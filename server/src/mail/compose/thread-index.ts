import { randomInt } from 'node:crypto';

/**
 * Thread-Index, by which Outlook joins messages to a thread (MS-OXOMSG 2.2.1.3, PidTagConversationIndex): a
 * header of 22 bytes with a time and a GUID, and 5 bytes for each reply.
 * https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxomsg/9e994fbb-b839-495f-84e3-2c8c02c7dd9b
 */

const headerLength = 22;
const replyLength = 5;
/** In bytes. The field stays on one line of a message (RFC 5322 §2.1.1). */
const maxLength = 350;

/** The value of a Thread-Index field in its usual form; null for one that is not valid. */
export function readThreadIndex(field: string): string | null {
  const text = field.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]{30,}={0,2}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  const isValid =
    bytes[0] === 1 &&
    bytes.length >= headerLength &&
    bytes.length <= maxLength &&
    (bytes.length - headerLength) % replyLength === 0;
  return isValid ? bytes.toString('base64') : null;
}

/** The Thread-Index of a reply written at `now`; null where the original's has no room for more. */
export function replyThreadIndex(original: string, now: Date): string | null {
  const bytes = Buffer.from(original, 'base64');
  if (bytes.length + replyLength > maxLength) return null;
  const sinceStart = fileTimeOf(now) - startOf(bytes);
  const passed = sinceStart > 0n ? sinceStart : 0n;
  // Below 1.7 years the time is exact to 26 ms, above it to 0.84 s.
  const isLong = (passed & 0x00fe_0000_0000_0000n) !== 0n;
  const delta = Number((passed >> (isLong ? 23n : 18n)) & 0x7fff_ffffn);
  const reply = Buffer.alloc(replyLength);
  reply.writeUInt32BE((isLong ? 0x8000_0000 : 0) + delta);
  // Four bits at random, and a count that stays 0.
  reply[4] = randomInt(16) << 4;
  return Buffer.concat([bytes, reply]).toString('base64');
}

/** 100 ns since 1601 (MS-DTYP 2.3.3). */
function fileTimeOf(at: Date): bigint {
  return (BigInt(at.getTime()) + 11_644_473_600_000n) * 10_000n;
}

/**
 * When the thread began. The specification has a byte 1 and then the five highest bytes of the time; Outlook
 * writes the six highest bytes, the first of which is 1 too.
 */
function startOf(bytes: Buffer): bigint {
  const asSpecified = bytes[1] === 1;
  return asSpecified ? BigInt(bytes.readUIntBE(1, 5)) << 24n : BigInt(bytes.readUIntBE(0, 6)) << 16n;
}
