/**
 * Bytes in memory of their own, copied if need be. A thread that is sent a view gets a copy of all the memory behind it,
 * and Node keeps small buffers together in blocks of 64 KiB
 * (https://nodejs.org/api/buffer.html#class-property-bufferpoolsize).
 */
export function inOwnMemory(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}

/** Bytes that are in base64url, in memory of their own. */
export function ownMemoryFrom(base64url: string): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(base64url, 'base64url'));
  return bytes.subarray(0, bytes.write(base64url, 'base64url'));
}

/**
 * Releases the memory of bytes that nothing may use any more, if it is their own. Else it waits for V8, which collects
 * its whole heap each time that 64 MB outside it wait.
 */
export function release(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength) buffer.transfer(0);
}
