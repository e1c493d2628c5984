import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { decodeCharset } from './charsets.ts';

test('labels of character sets as found in real mail', () => {
  const written: Array<[text: string, encoding: string, labels: string]> = [
    ['Grüße', 'cp850', 'cp850 cp-850 CP_850 ibm850 ibm-850 IBM00850 x-cp850'],
    ['Größe €', 'cp858', 'cp00858 ibm00858 cp858'],
    ['日本語', 'shift_jis', 'shift_jis x-sjis sjis shift-jis ms_kanji cp932 windows-31j x-ms-cp932 MS932'],
    ['日本語', 'euc-jp', 'euc-jp eucjp x-euc-jp ujis eucJP-ms'],
    ['한국어', 'euc-kr', 'euc-kr ks_c_5601-1987 ks_c_5601 ksc5601 KSC_5601 cp949 uhc x-windows-949 korean'],
    ['中文', 'gb18030', 'gb18030 gb2312 GB_2312-80 gbk x-gbk cp936 chinese csgb2312'],
    ['안 됬어요, 뷁', 'cp949', 'euc-kr ks_c_5601-1987 ks_c_5601 KSC_5601 cp949 uhc x-windows-949 korean'],
    ['喺邊度，嘅，裏恒', 'big5hkscs', 'big5 big5-hkscs'],
    ['中文', 'big5', 'big5 big5-hkscs x-x-big5 cp950 cn-big5'],
    ['Привет', 'windows-1251', 'windows-1251 cp1251 cp-1251 win-1251 windows1251 "windows-1251" x-cp1251'],
    ['Привет', 'koi8-r', 'koi8-r koi8r KOI8_R cp20866'],
    ['Привет', 'cp866', 'ibm866 cp866 cp-866 csibm866'],
    ['สวัสดี', 'windows-874', 'windows-874 tis-620 cp874 iso-8859-11 TIS620'],
    ['naïve Œuvre', 'macroman', 'macintosh x-mac-roman mac-roman macroman cp10000'],
    ['žluť', 'iso-8859-2', 'iso-8859-2 ISO8859-2 iso8859_2 latin2 iso-ir-101 8859_2'],
    ['Œ €', 'iso-8859-15', 'iso-8859-15 iso8859_15 latin-9 latin9 l9 cp28605'],
    [
      'été',
      'windows-1252',
      'iso-8859-1 latin-1 8859-1 csiso88591 cp1252 ansi windows_1252 iso-8859-1; us-ascii',
    ],
    [
      'été',
      'utf-8',
      'utf-8 utf8 UTF_8 unicode-1-1-utf-8 cp65001 utf8mb4 utf-8,us-ascii us-ascii unknown-8bit',
    ],
    ['été – 日本', 'utf7', 'utf-7 unicode-1-1-utf-7 x-unicode-2-0-utf-7 UTF7'],
  ];
  for (const [text, encoding, labels] of written)
    for (const label of labels.split(' ')) {
      expect(decodeCharset(iconv.encode(text, encoding), label), `${label} as ${encoding}`).toBe(text);
    }
});

test('UTF-16 with and without a byte order mark, and wrongly labelled', () => {
  const text = 'Grüße, 日本';
  const little = Buffer.from(text, 'utf16le');
  const big = Buffer.from(little).swap16();
  for (const bytes of [little, big, Buffer.from(`\ufeff${text}`, 'utf16le')])
    expect(decodeCharset(bytes, 'utf-16')).toBe(text);
  expect(decodeCharset(Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), 'unicode')).toBe(text);
  expect(decodeCharset(Buffer.from(text), 'utf-16')).toBe(text);
  expect(decodeCharset(Buffer.from('日本', 'utf16le').swap16(), 'utf-16be')).toBe('日本');
});

test('7-bit encodings: HZ, ISO-2022-KR, truncated ISO-2022-JP', () => {
  const sevenBit = (text: string, encoding: string) =>
    iconv.encode(text, encoding).map((byte) => byte & 0x7f);
  const hz = Buffer.concat([Buffer.from('a~~ ~{'), sevenBit('中文', 'gbk'), Buffer.from('~} z')]);
  expect(decodeCharset(hz, 'hz-gb-2312')).toBe('a~ 中文 z');
  const korean = Buffer.concat([
    Buffer.from('\x1b$)C\x0e'),
    sevenBit('한국', 'euc-kr'),
    Buffer.from('\x0f ok'),
  ]);
  expect(decodeCharset(korean, 'ISO-2022-KR')).toBe('한국 ok');
  expect(decodeCharset(Buffer.from('\x1b$BF|K\\', 'latin1'), 'iso-2022-jp-ms')).toBe('日本');
});

test('ISO-2022-JP with escape sequences that nothing stands between', () => {
  const bytes = Buffer.from('\x1b(B\x1b(J\x1b$BF|\x1b(B\x1b$BK\\\x1b(J\x1b(B ok\x1b$B\x1b(B', 'latin1');
  expect(decodeCharset(bytes, 'iso-2022-jp')).toBe('日本 ok');
  expect(decodeCharset(bytes, '')).toBe('日本 ok');
});

test('an unknown label never throws and loses no character', () => {
  for (const label of [
    'x-nobody',
    'base64',
    'hex',
    'binary',
    '',
    '()',
    'utf-8-but-not',
    '\0',
    'a'.repeat(10_000),
  ]) {
    expect(decodeCharset(Buffer.from('Größe'), label)).toBe('Größe');
    expect(decodeCharset(Buffer.from('Größe', 'latin1'), label)).toBe('Größe');
  }
});
