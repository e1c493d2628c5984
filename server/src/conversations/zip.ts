import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';

/** A file to put into an archive. */
export type ZipEntry = { name: string; bytes: Uint8Array };

const deflate = promisify(deflateRaw);
/** What an archive without the 64-bit extensions can hold (APPNOTE 4.4.8). */
const mostBytes = 0xffff_ffff;

/**
 * A zip archive (PKWARE APPNOTE 6.3), piece by piece as its files come. Names are UTF-8, each once: a second
 * one is numbered. Throws RangeError beyond 4 GB or 65,535 files.
 */
export async function* zip(
  entries: AsyncIterable<ZipEntry> | Iterable<ZipEntry>,
  now: Date,
): AsyncGenerator<Buffer> {
  const names = new Set<string>();
  const central: Buffer[] = [];
  let offset = 0;
  for await (const { name, bytes } of entries) {
    const path = Buffer.from(unused(safe(name), names));
    const packed = await deflate(bytes);
    const small = packed.length < bytes.length;
    const data = small ? packed : bytes;
    const fixed = Buffer.alloc(26);
    fixed.writeUInt16LE(20, 0);
    fixed.writeUInt16LE(0x0800, 2); // names in UTF-8
    fixed.writeUInt16LE(small ? 8 : 0, 4);
    fixed.writeUInt16LE(
      (now.getUTCHours() << 11) | (now.getUTCMinutes() << 5) | (now.getUTCSeconds() >> 1),
      6,
    );
    fixed.writeUInt16LE(
      ((now.getUTCFullYear() - 1980) << 9) | ((now.getUTCMonth() + 1) << 5) | now.getUTCDate(),
      8,
    );
    fixed.writeUInt32LE(crc32(bytes), 10);
    fixed.writeUInt32LE(data.length, 14);
    fixed.writeUInt32LE(bytes.length, 18);
    fixed.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fixed, path]);
    const where = Buffer.alloc(14);
    where.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fixed, where, path]));
    yield local;
    yield Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    offset += local.length + data.length;
    if (offset > mostBytes || central.length > 0xffff) throw new RangeError('The archive is too large.');
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(central.length, 4);
  end.writeUInt16LE(central.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  yield Buffer.concat([directory, Buffer.from('PK\x05\x06', 'latin1'), end]);
}

/** No path of an archive leads out of the folder it is opened in. */
function safe(name: string): string {
  const parts = name
    .split('/')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .map((part) => part.replace(/[\u0000-\u001f\\:*?"<>|]/g, '_').trim())
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.join('/').slice(-200) || 'file';
}

function unused(name: string, names: Set<string>): string {
  const [, stem = name, end = ''] = /^(.*?)(\.[^./]{1,10})?$/s.exec(name) ?? [];
  let free = name;
  for (let count = 2; names.has(free.toLowerCase()); count += 1) free = `${stem} (${count})${end}`;
  names.add(free.toLowerCase());
  return free;
}
