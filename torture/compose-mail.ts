import type { SeededRandom } from './seeded-random.ts';

export type Person = { name: string; address: string };

export type Letter = {
  from: Person;
  to: string[];
  subject: string;
  messageId: string | null;
  inReplyTo?: string;
  references?: string[];
  text: string;
  /** The size of an attachment, in bytes; none where left out. */
  attached?: number;
};

/** The bytes of a message as a customer's mail program writes it (RFC 5322). */
export function written(letter: Letter, random: SeededRandom): Buffer {
  const fields = [
    `From: ${letter.from.name} <${letter.from.address}>`,
    `To: ${letter.to.join(', ')}`,
    `Subject: ${letter.subject}`,
    // Dates are what senders say: the order is Gmail's own.
    `Date: ${new Date(Date.now() - random.between(-3_600, 3_600) * 1_000).toUTCString()}`,
    ...(letter.messageId ? [`Message-ID: ${letter.messageId}`] : []),
    ...(letter.inReplyTo ? [`In-Reply-To: ${letter.inReplyTo}`] : []),
    ...(letter.references?.length ? [`References: ${letter.references.join('\r\n ')}`] : []),
    'MIME-Version: 1.0',
  ];
  const head = fields.map((field) => `${field}\r\n`).join('');
  const text = `${letter.text}\r\n${filler(random)}`;
  if (!letter.attached) {
    return Buffer.from(
      `${head}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}\r\n`,
    );
  }
  const bytes = Buffer.alloc(letter.attached);
  for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.writeUInt32LE((random.next() * 2 ** 32) >>> 0, at);
  const encoded = bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
  return Buffer.from(
    `${head}Content-Type: multipart/mixed; boundary=mix\r\n\r\n--mix\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n--mix\r\nContent-Type: application/pdf; name=form.pdf\r\nContent-Disposition: attachment; filename=form.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}\r\n--mix--\r\n`,
  );
}

const words =
  'order delivery parcel invoice please refund colour size address when would like today morning thanks still waiting price grüße naïve 注文 ответ'.split(
    ' ',
  );

function filler(random: SeededRandom): string {
  return Array.from({ length: random.between(2, 40) }, () =>
    Array.from({ length: 10 }, () => random.pick(words)).join(' '),
  ).join('.\r\n');
}
