import type { SeededRandom } from './seeded-random.ts';

export type Person = { name: string; address: string };

export type OutgoingMail = {
  from: Person;
  to: string[];
  replyTo?: string;
  subject: string;
  messageId: string | null;
  inReplyTo?: string;
  references?: string[];
  text: string;
  /** The size of an attachment, in bytes; no attachment when left out. */
  attachmentBytes?: number;
};

/** The bytes of a message as a customer's mail program writes it (RFC 5322). */
export function composeMail(mail: OutgoingMail, random: SeededRandom): Buffer {
  const fields = [
    `From: ${mail.from.name} <${mail.from.address}>`,
    `To: ${mail.to.join(', ')}`,
    ...(mail.replyTo ? [`Reply-To: ${mail.replyTo}`] : []),
    `Subject: ${mail.subject}`,
    // Senders' dates are unreliable: Postroom orders by Gmail's internalDate.
    `Date: ${new Date(Date.now() - random.between(-3_600, 3_600) * 1_000).toUTCString()}`,
    ...(mail.messageId ? [`Message-ID: ${mail.messageId}`] : []),
    ...(mail.inReplyTo ? [`In-Reply-To: ${mail.inReplyTo}`] : []),
    ...(mail.references?.length ? [`References: ${mail.references.join('\r\n ')}`] : []),
    'MIME-Version: 1.0',
  ];
  const head = fields.map((field) => `${field}\r\n`).join('');
  const text = `${mail.text}\r\n${fillerText(random)}`;
  if (!mail.attachmentBytes) {
    return Buffer.from(
      `${head}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}\r\n`,
    );
  }
  const bytes = Buffer.alloc(mail.attachmentBytes);
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

function fillerText(random: SeededRandom): string {
  return Array.from({ length: random.between(2, 40) }, () =>
    Array.from({ length: 10 }, () => random.pick(words)).join(' '),
  ).join('.\r\n');
}
