const words =
  'order delivery parcel invoice please refund colour size address when would like today morning thanks number question still waiting price account change could exchange window garden kitchen lamp table chair'.split(
    ' ',
  );

/** Pseudo-random numbers from a seed, so that every run has the same mail (linear congruential generator). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** The nth message. Sizes as in real mail: most 2 to 10 kB, a quarter up to 100 kB, one in fifty up to 5 MB. */
export function sampleMail(n: number, to: string, random: () => number): Buffer {
  const draw = random();
  if (draw < 0.73) return textMail(n, to, random, randomBetween(2_000, 10_000, random));
  if (draw < 0.98) return textMail(n, to, random, randomBetween(10_000, 100_000, random));
  return withAttachment(n, to, random, randomBetween(100_000, 5_000_000, random));
}

function randomBetween(least: number, most: number, random: () => number): number {
  // Log-uniform: small sizes are more frequent.
  return Math.round(least * (most / least) ** random());
}

function headerFields(n: number, to: string, random: () => number): string {
  const who = `customer${Math.floor(random() * 1_500)}`;
  return [
    `From: ${who} <${who}@far.example>`,
    `To: ${to}`,
    `Subject: Question ${n} about an order`,
    `Date: ${new Date(1_790_000_000_000 + n * 1_000).toUTCString()}`,
    `Message-ID: <bench-${n}@far.example>`,
    'MIME-Version: 1.0',
    '',
  ].join('\r\n');
}

/** Sentences of about `length` characters. */
export function sentences(length: number, random: () => number): string {
  const lines: string[] = [];
  for (let size = 0; size < length; ) {
    const line = Array.from({ length: 11 }, () => words[Math.floor(random() * words.length)]).join(' ');
    lines.push(`${line}.`);
    size += line.length + 3;
  }
  return lines.join('\r\n');
}

function textMail(n: number, to: string, random: () => number, size: number): Buffer {
  const text = sentences(size / 3, random);
  const html = `<html><body><p>${text.replaceAll('\r\n', '</p>\r\n<p>')}</p><blockquote type="cite"><p>${sentences(size / 4, random)}</p></blockquote></body></html>`;
  const parts = ['text/plain', 'text/html'].map(
    (type, index) =>
      `--alt\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${index === 0 ? text : html}\r\n`,
  );
  return Buffer.from(
    `${headerFields(n, to, random)}Content-Type: multipart/alternative; boundary=alt\r\n\r\n${parts.join('')}--alt--\r\n`,
  );
}

/** The nth message, of 2 to 10 kB. */
export function shortSampleMail(n: number, to: string, random: () => number): Buffer {
  return textMail(n, to, random, randomBetween(2_000, 10_000, random));
}

function withAttachment(n: number, to: string, random: () => number, size: number): Buffer {
  const bytes = Buffer.alloc(Math.round(size * 0.73));
  for (let at = 0; at < bytes.length; at += 4)
    bytes.writeUInt32LE((random() * 2 ** 32) >>> 0, Math.min(at, bytes.length - 4));
  const encoded = bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
  return Buffer.from(
    `${headerFields(n, to, random)}Content-Type: multipart/mixed; boundary=mix\r\n\r\n--mix\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${sentences(800, random)}\r\n--mix\r\nContent-Type: application/pdf; name=form${n}.pdf\r\nContent-Disposition: attachment; filename=form${n}.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}\r\n--mix--\r\n`,
  );
}
