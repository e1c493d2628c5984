import { expect, test } from 'vitest';
import {
  forwardSubject,
  isNewSubject,
  replySubject,
  subjectKind,
  subjectTopic,
  threadTopic,
} from './subjects.ts';

/** By language, as Gmail, Outlook, Apple Mail and others write them. */
const replies = [
  ...[
    'Re',
    'RE',
    'Res',
    'RES',
    'Resp',
    'AW',
    'Antw',
    'Antwort',
    'SV',
    'Sv',
    'Svar',
    'VS',
    'Vá',
    'Válasz',
    'Odp',
  ],
  ...[
    'Odg',
    'Ynt',
    'YNT',
    'YAN',
    'Cvp',
    'ATB',
    'Ats',
    'BLS',
    'Bls',
    'Rép',
    'RÉP',
    'Réf',
    'Ref',
    'RIF',
    'R',
    'Răsp',
  ],
  ...[
    'Απ',
    'ΑΠ',
    'Αντ',
    'ΑΝΤ',
    'Απάντηση',
    'ΣΧΕΤ',
    'Отв',
    'Ответ',
    'На',
    'Відп',
    'Отг',
    'Одг',
    '回复',
    '回覆',
  ],
  ...['答复', '答覆', '답장', '회신', '返信', 'תגובה', 'השב', 'رد', 'الرد', 'پاسخ', 'ตอบกลับ', 'Trả lời'],
];
const forwards = [
  ...[
    'Fwd',
    'FW',
    'Fw',
    'WG',
    'TR',
    'RV',
    'ENC',
    'Enc',
    'Doorst',
    'VB',
    'VL',
    'FS',
    'I',
    'PD',
    'İLT',
    'ILT',
    'ilt',
  ],
  ...[
    'ΠΡΘ',
    'Προώθ',
    'Továbbítás',
    'TRS',
    'Пересл',
    'Пд',
    '转发',
    '轉寄',
    '轉發',
    '전달',
    '転送',
    'הועבר',
    'إعادة توجيه',
  ],
];

test('one Re:, whatever prefix a program wrote, in any form of writing', () => {
  for (const name of replies) {
    for (const prefix of [
      `${name}: `,
      `${name}:`,
      `${name} : `,
      `${name}\u00a0: `,
      `${name}：`,
      `${name}[3]: `,
      `${name} (2): `,
    ]) {
      for (const form of ['NFC', 'NFD'] as const) {
        const subject = `${prefix}Order 17`.normalize(form);
        expect(replySubject(subject), subject).toBe('Re: Order 17');
        expect(replySubject(`Re: ${subject}`), subject).toBe('Re: Order 17');
        expect(subjectTopic(subject), subject).toBe('order 17');
      }
    }
    // Programs put a mark of the direction of text beside it.
    expect(replySubject(`\u200f${name}\u200f: \u200eOrder 17`), name).toBe('Re: Order 17');
  }
  expect(replySubject('Re: RES: Re: RES: Order 17')).toBe('Re: Order 17');
});

test('the prefixes of forwards', () => {
  for (const name of forwards) {
    for (const form of ['NFC', 'NFD'] as const) {
      const subject = `${name}: Order 17`.normalize(form);
      expect(forwardSubject(subject), subject).toBe('Fwd: Order 17');
      expect(subjectKind(subject), subject).toBe('forward');
      expect(threadTopic(`Re: ${subject}`), subject).toBe('Order 17');
    }
  }
});

test('what only begins like a prefix is kept', () => {
  for (const subject of [
    'Reading: Order',
    'Rest: Order',
    'Antwerpen: Order',
    'Invoice: 3',
    'На складе: 3',
    'Order: Re: 4',
  ]) {
    expect(replySubject(subject)).toBe(`Re: ${subject}`);
  }
});

test('a subject does not grow over twenty exchanges with any program', () => {
  for (const theirs of [
    ...replies.map((name) => `${name}: `),
    'XY: ',
    '[EXTERNAL] Re: ',
    '*** EXT *** AW: ',
    'Ämne: RE: ',
  ]) {
    let subject = 'Re: Order 17';
    for (let count = 0; count < 20; count += 1) {
      subject = replySubject(`${theirs}${subject}`, 'Order 17');
      expect(subject, theirs).toBe('Re: Order 17');
    }
    expect(isNewSubject(`${theirs}${subject}`, 'Order 17'), theirs).toBe(false);
  }
});

test('a reply keeps the subject of its thread, and another subject where the customer gave one', () => {
  expect(replySubject('[EXTERNAL] Re: Order', '[EXTERNAL] Order')).toBe('Re: [EXTERNAL] Order');
  expect(replySubject('[EXTERNAL] Re: Order', 'Re: [EXTERNAL] Re: Order')).toBe('Re: [EXTERNAL] Re: Order');
  expect(replySubject('RE: ORDER  17', 'Order 17')).toBe('Re: Order 17');
  for (const subject of ['Urgent: Order', 'Order: Re: Lamp', '[EXTERNAL] Lamp', 'Lamp', 'My Order']) {
    expect(replySubject(subject, 'Order'), subject).toBe(`Re: ${subject}`);
    expect(isNewSubject(subject, 'Order'), subject).toBe(true);
  }
  expect(replySubject('Urgent: Order')).toBe('Re: Urgent: Order');
});
