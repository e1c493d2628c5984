import { expect, test } from 'vitest';
import { leastProcessorTime } from '../../testing/processor-time.ts';
import { extractOwnText, foldHtml, foldText } from './fold-quotes.ts';

test('own text is kept: forms, indents, forwarded mail, only a quotation', () => {
  for (const text of [
    'From: Berlin\nTo: Rome\nDate: 3 May\n\nPlease book.',
    'On 3 May you wrote:\nnothing about the price.',
    'Please see.\n\n---------- Forwarded message ---------\nFrom: a@x.com\nDate: now\nSubject: s\nTo: b@x.com\n\nwords',
    '> only a quotation',
    'I need:\n\nFrom: Berlin, Main Street 5\nTo: Munich\nDate: 5 December\nSubject: two lamps\n\nCan you do that?',
    'My signed form:\n______________________________\nName: Kim Roe\nPlease refund there.',
    'Two things\n--\nthe lamp is broken\n--\nthe invoice is wrong',
    'The parcel was\nsent from Berlin on Monday',
  ]) {
    expect(extractOwnText(text)).toBe(text);
  }
  expect(
    foldHtml('<p>One</p><blockquote style="margin:0 0 0 40px;border:none">indented</blockquote>'),
  ).toBeNull();
});

test('what a list writes below a message is its signature', () => {
  for (const footer of [
    'Users mailing list -- users@lists.example\nTo unsubscribe send a mail to users-leave@lists.example',
    'Users mailing list\nhttps://lists.example/users',
  ])
    expect(extractOwnText(`Thank you.\n_______________________________________________\n${footer}`)).toBe(
      'Thank you.',
    );
  expect(
    extractOwnText('Thank you.\n-- \nAna\n-- \nTo unsubscribe, write to users-leave@lists.example'),
  ).toBe('Thank you.');
});

test.each(['reply', 'new'] as const)(
  'the line for answers at the top of a help desk’s mail is folded alone: %s',
  (role) => {
    const mail = 'Mia (Parcel Co)\n\nWe found your parcel.';
    for (const line of ['##- Please type your reply above this line -##', '—-—-—-—\nReply above this line.'])
      expect(extractOwnText(`\n${line}\n\n${mail}`, role)).toBe(
        line.startsWith('##') ? mail : `—-—-—-—\n\n${mail}`,
      );
    expect(extractOwnText('##- Please type your reply above this line -##', role)).toContain('Please type');
    const answer = '##- Please type your reply above this line -##\n\nWe found it.\n\n> Where is it?';
    expect(extractOwnText(answer, role)).toBe(
      role === 'reply' ? 'We found it.' : 'We found it.\n\n> Where is it?',
    );
  },
);

test('no input takes more than a second', async () => {
  const texts = [
    '\n',
    '> \n',
    'On 1 a@b 12:00 wrote:\n',
    'From: x\n\n\n',
    '>',
    'On 1 ',
    `${'a '.repeat(40)}:\n`,
  ].map((piece) => piece.repeat(999_999 / piece.length));
  const pages = [
    '<div>',
    '<br>',
    'x<br>&gt; a<br>',
    '<blockquote type=cite>a</blockquote>',
    'own<blockquote>a</blockquote>1:<br>',
    'a<b>c</b>',
  ];
  for (const work of [
    ...texts.map((text) => () => foldText(text)),
    ...pages.map((page) => () => foldHtml(page.repeat(500_000 / page.length))),
  ]) {
    expect(await leastProcessorTime(work, 1_000)).toBeLessThan(1_000);
  }
});
