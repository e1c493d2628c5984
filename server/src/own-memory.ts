/**
 * Bytes in memory of their own, copied if need be. A thread that is sent a view gets a copy of all the memory behind it,
 * and Node keeps small buffers together in blocks of 64 KiB
 * (https://nodejs.org/api/buffer.html#class-property-bufferpoolsize).
 */
export function inOwnMemory(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}
