import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { leastProcessorTime } from '../../testing/processor-time.ts';
import { decodeCharset } from './charsets.ts';
import { decodeHeader } from './encoded-words.ts';
import { parseMime } from './parse-mime.ts';

/** What was written, in which encoding, under which label. */
type Row = [text: string, encoding: string, label: string];

test.each<Row>([
  ['Sævör grét, dzień dobry • fünf', 'utf-8', 'iso-8859-1'],
  ['é', 'utf-8', 'windows-1252'],
  ['Il costo è 5 £', 'utf-8', 'iso-8859-15'],
  ['It’s “late”', 'utf-8', 'windows-1252'],
  ['Привет', 'utf-8', 'windows-1251'],
  ['Привет', 'utf-8', 'koi8-r'],
  ['Żółć', 'utf-8', 'iso-8859-2'],
  ['Καλημέρα', 'utf-8', 'iso-8859-7'],
  ['שלום', 'utf-8', 'windows-1255'],
  ['你好', 'utf-8', 'gb2312'],
  ['こんにちは', 'utf-8', 'shift_jis'],
  ['안녕하세요', 'utf-8', 'euc-kr'],
  ['สวัสดี', 'utf-8', 'tis-620'],
  ['Здравствуйте, где мой заказ?', 'windows-1251', 'iso-8859-1'],
  ['您好，我的订单在哪里？', 'gb18030', 'iso-8859-1'],
  ['注文はどこですか。返事をください。', 'shift_jis', 'iso-2022-jp'],
  ['您好，我的订单在哪里？', 'gb18030', 'utf-8'],
  ['𠀀 in four bytes', 'gb18030', 'gb2312'],
])('%s in %s under the label %s is read as what it is', (text, encoding, label) => {
  expect(decodeCharset(iconv.encode(text, encoding), label)).toBe(text);
});

test.each<Row>([
  ['«ÉTÉ», CAFÉ…', 'windows-1252', 'windows-1252'],
  ['CAFÉ…', 'windows-1252', 'iso-8859-1'],
  ['Wir sehen Ã¼ statt ü', 'windows-1252', 'windows-1252'],
  ['STÓŁ', 'windows-1250', 'windows-1250'],
  ['TĂŞNAD', 'windows-1250', 'windows-1250'],
  ['GÓŁ, ŚĆ', 'iso-8859-2', 'iso-8859-2'],
  ['её', 'koi8-r', 'koi8-r'],
  ['КВ№ 5, ООО «Ромашка»', 'windows-1251', 'windows-1251'],
  ['ЧП', 'iso-8859-5', 'iso-8859-5'],
  ['รถ', 'windows-874', 'tis-620'],
  ['订单', 'gb18030', 'gb2312'],
  ['拢', 'gb18030', 'gbk'],
  ['見積書', 'shift_jis', 'shift_jis'],
  ['••••• – 50 °C ± 2 µm ©', 'windows-1252', 'iso-8859-1'],
  ['Þetta er íslenska, góðan daginn', 'windows-1252', 'iso-8859-1'],
  ['Ação, não, é à', 'windows-1252', 'iso-8859-1'],
  ['We see Ã¼ on the invoice of today, please look at it', 'utf-8', 'utf-8'],
  ['It says KÃ¶ln, MÃ¼nchen and ZÃ¼rich instead of Zürich', 'utf-8', 'utf-8'],
])('%s in %s under its own label %s stays as it is', (text, encoding, label) => {
  expect(decodeCharset(iconv.encode(text, encoding), label)).toBe(text);
});

test.each<[text: string, encoding: string]>([
  ['Здравствуйте, где мой заказ?', 'windows-1251'],
  ['Заказ №5 от ООО «Ромашка»', 'windows-1251'],
  ['Вопрос', 'windows-1251'],
  ['Доброго дня, коли прийде моє замовлення?', 'koi8-u'],
  ['Привет', 'koi8-r'],
  ['Καλημέρα, πού είναι η παραγγελία μου;', 'windows-1253'],
  ['שלום, איפה ההזמנה שלי?', 'windows-1255'],
  ['مرحبا، أين طلبي؟', 'windows-1256'],
  ['สวัสดีครับ สินค้าของผมอยู่ที่ไหน', 'windows-874'],
  ['こんにちは、注文はどこですか。', 'shift_jis'],
  ['こんにちは、注文はどこですか。', 'euc-jp'],
  ['こんにちは、注文はどこですか。', 'iso-2022-jp'],
  ['你好，我的订单在哪里？', 'gb18030'],
  ['你好，我的訂單在哪裡？', 'big5'],
  ['您好，上周订购的灯还没有收到，什么时候发货？', 'gb18030'],
  ['您好，上週訂購的燈還沒有收到，什麼時候出貨？', 'big5'],
  ['您好，请问我的订单什么时候发货？', 'gb18030'],
  ['您好，請問我的訂單什麼時候出貨？', 'big5'],
  ['안녕하세요, 제 주문은 어디에 있나요?', 'euc-kr'],
  ['Dzień dobry, gdzie jest moje zamówienie? Proszę o odpowiedź.', 'windows-1250'],
  ['Siparişim nerede? Teşekkürler, iyi günler dileriz', 'windows-1254'],
  ['Grüße aus München, schöne Straße', 'windows-1252'],
  ['Où est ma commande ? Merci à vous, très déçu', 'windows-1252'],
  ['“Quoted” – it’s € 50', 'windows-1252'],
  ['••••• item, 50 °C', 'windows-1252'],
  ['Größe in UTF-16', 'utf-16le'],
  ['Größe in UTF-16', 'utf-16be'],
])('%s in %s without a label is recognised', (text, encoding) => {
  const bytes = encoding === 'iso-2022-jp' ? iso2022jp : iconv.encode(text, encoding);
  expect(decodeCharset(bytes, '')).toBe(text);
  expect(decodeCharset(bytes, 'us-ascii')).toBe(text);
});

/** "こんにちは、注文はどこですか。": EUC-JP with its high bits removed, between two escape sequences (RFC 1468). */
const iso2022jp = Buffer.concat([
  Buffer.from('\x1b$B', 'latin1'),
  iconv.encode('こんにちは、注文はどこですか。', 'euc-jp').map((byte) => byte & 0x7f),
  Buffer.from('\x1b(B', 'latin1'),
]);

test('a footer in another character set leaves UTF-8 as it is', () => {
  const bytes = Buffer.concat([
    Buffer.from('Grüße aus Łódź\n-- \n'),
    Buffer.from('Liste für alle\n', 'latin1'),
  ]);
  expect(decodeCharset(bytes, 'utf-8')).toBe('Grüße aus Łódź\n-- \nListe für alle\n');
});

test('text encoded twice is decoded twice', () => {
  const twice = (text: string) => Buffer.from(new TextDecoder('windows-1252').decode(Buffer.from(text)));
  for (const text of ['Grüße aus München', 'Très déçu, où est ma commande ?', 'Żółta łódź — “jutro”'])
    expect(decodeCharset(twice(text), 'utf-8')).toBe(text);
});

test('the header and parts without a character set take the one the message names', async () => {
  const raw = Buffer.concat([
    Buffer.from('From: "'),
    iconv.encode('Ян', 'koi8-r'),
    Buffer.from('" <yan@far.example>\r\nSubject: '),
    iconv.encode('Отчёт PHP', 'koi8-r'),
    Buffer.from(
      '\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n',
    ),
    iconv.encode('Привет', 'koi8-r'),
    Buffer.from('\r\n--b\r\nContent-Type: application/pdf; name="'),
    iconv.encode('Счёт.pdf', 'koi8-r'),
    Buffer.from('"\r\n\r\nx\r\n--b--'),
  ]);
  expect(await parseMime(raw)).toMatchObject({
    from: { name: 'Ян', address: 'yan@far.example' },
    subject: 'Отчёт PHP',
    text: 'Привет',
    attachments: [{ filename: 'Счёт.pdf' }],
  });
  const subject = '=?windows-1251?B?wu7v8O7x?=';
  const body = iconv.encode('Ещё', 'windows-1251');
  expect(await parseMime(Buffer.concat([Buffer.from(`Subject: ${subject}\r\n\r\n`), body]))).toMatchObject({
    text: 'Ещё',
  });
});

test('wrong labels are found in bounded time', async () => {
  const mixed = Buffer.from('\xc3\xa4\xff\n\xfc\n', 'latin1').toString('latin1');
  const decode = () => {
    for (const piece of ['\xfc ', '\xcf\xf0 ', mixed, '\xc3\xbc', '<\xfc', 'a\xff', '\xff'])
      for (const label of ['', 'iso-8859-1', 'gb2312'])
        decodeCharset(Buffer.from(piece.repeat(300_000), 'latin1'), label);
    decodeHeader('a =?utf-8?q?=FF?= '.repeat(12_000));
  };
  expect(await leastProcessorTime(decode, 20_000)).toBeLessThan(20_000);
});
