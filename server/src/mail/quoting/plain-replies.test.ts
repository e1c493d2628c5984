import { expect, test } from 'vitest';
import { extractOwnText } from './fold-quotes.ts';

const b = 'Bob Berg <bob@acme.example>';
const own = 'Thank you.\n\nThat is all.';
const q = 'When does it come?\n\nBob';
const mark = (text: string) => text.replace(/^/gm, '> ');

/** What mail programs write below the own words of a reply: an attribution or a header block, and the quotation. */
const histories: Record<string, string> = {
  'Gmail wrap': `On Tue, Mar 3, 2026, 4:05 PM ${b}\nwrote:\n\n${mark(q)}`,
  'Gmail wrap 2': `On Tue, Mar 3, 2026 at 4:05 PM Bob Berg via Support <\nsupport@acme.example> wrote:\n\n${mark(q)}`,
  roundcube: `On 2026-03-03 16:05, Bob Berg wrote:\n\n${mark(q)}`,
  'roundcube (German)': `Am 2026-03-03 16:05, schrieb Bob Berg:\n\n${mark(q)}`,
  'roundcube (French)': `Le 03/03/2026 16:05, Bob Berg a écrit :\n${mark(q)}`,
  'Outlook iOS': `Get Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: ${b}\nSent: Tuesday, March 3, 2026 4:05:11 PM\nTo: Ana <ana@far.example>\nSubject: Re: Order\n\n${q}`,
  'Outlook iOS (German)': `Outlook für iOS<https://aka.ms/o0ukef> beziehen\n________________________________\nVon: ${b}\nGesendet: Dienstag, 3. März 2026 16:05\nAn: Ana\nBetreff: Order\n\n${q}`,
  'windows mail': `Sent from Mail for Windows\n\nFrom: Bob Berg\nSent: Tuesday, March 3, 2026 4:05 PM\nTo: Ana\nSubject: Re: Order\n\n${q}`,
  'windows mail (French)': `Provenance : Courrier pour Windows\n\nDe : Bob Berg\nEnvoyé le :mardi 3 mars 2026 16:05\nÀ : Ana\nObjet :Re: Order\n\n${q}`,
  'windows mail (German)': `Gesendet von Mail für Windows\n\nVon: Bob Berg\nGesendet: Dienstag, 3. März 2026 16:05\nAn: Ana\nBetreff: Order\n\n${q}`,
  'windows mail (Spanish)': `Enviado desde Correo para Windows\n\nDe: Bob Berg\nEnviado: martes, 3 de marzo de 2026 16:05\nPara: Ana\nAsunto: Order\n\n${q}`,
  'Yahoo android': `Sent from Yahoo Mail on Android \n \n  On Tue, Mar 3, 2026 at 4:05 PM, Bob Berg<bob@acme.example> wrote:   ${q}`,
  'Yahoo iPhone': `Sent from Yahoo Mail for iPhone\n\n\nOn Tuesday, March 3, 2026, 4:05 PM, ${b} wrote:\n\n${q}`,
  Samsung: `Sent from my Galaxy\n\n\n-------- Original message --------\nFrom: ${b} \nDate: 3/3/26  16:05  (GMT+01:00) \nTo: ana@far.example \nSubject: Re: Order \n\n${q}`,
  'Samsung (German)': `Von meinem Galaxy gesendet\n\n\n-------- Ursprüngliche Nachricht --------\nVon: ${b} \nDatum: 03.03.26  16:05  (GMT+01:00) \nAn: ana@far.example \nBetreff: Re: Order \n\n${q}`,
  'Samsung (French)': `Envoyé depuis mon appareil Galaxy\n\n\n-------- Message d'origine --------\nDe : ${b} \nDate : 03/03/2026  16:05  (GMT+01:00) \nÀ : ana@far.example \nObjet : Re: Order \n\n${q}`,
  'mail.ru': `  \n>Вторник, 3 марта 2026, 16:05 +03:00 от ${b}:\n> \n${mark(q)}`,
  'mail.ru unmarked': `Вторник, 3 марта 2026, 16:05 +03:00 от ${b}:\n \n${mark(q)}`,
  yandex: `03.03.2026, 16:05, "Bob Berg" <bob@acme.example>:\n\n${q}`,
  QQ: `------------------ 原始邮件 ------------------\n发件人: "Bob" <bob@acme.example>;\n发送时间: 2026年3月3日(星期二) 下午4:05\n收件人: "ana"<ana@far.example>;\n主题: Order\n\n${q}`,
  'QQ 2': `------------------ Original ------------------\nFrom: "Bob" <bob@acme.example>;\nDate: Tue, Mar 3, 2026 04:05 PM\nTo: "ana"<ana@far.example>;\nSubject: Order\n\n${q}`,
  'n 163': `At 2026-03-03 16:05:11, "Bob Berg" <bob@acme.example> wrote:\n${mark(q)}`,
  'NetEase (Chinese)': `在 2026-03-03 16:05:11，"Bob Berg" <bob@acme.example> 写道：\n\n${q}`,
  Notes: `From:   Bob Berg/ACME\nTo:     ana@far.example\nCc:\nDate:   03.03.2026 16:05\nSubject:        Re: Order\n\n${q}`,
  'Notes (German)': `Von:\tBob Berg/ACME\nAn:\tana@far.example\nDatum:\t03.03.2026 16:05\nBetreff:\tRe: Order\n\n${q}`,
  'Notes inline': `Bob Berg/ACME@ACME wrote on 03/03/2026 04:05:11 PM:\n\n${mark(q)}`,
  'Notes inline (German)': `Bob Berg <bob@acme.example> schrieb am 03.03.2026 16:05:11:\n\n${mark(q)}`,
  Zoho: `---- On Tue, 03 Mar 2026 16:05:11 +0100 ${b} wrote ----\n\n${q}`,
  'Zoho 2': `---- On Tue, 03 Mar 2026 16:05:11 +0100 Bob Berg <bob@acme.example> wrote ---\n\n${mark(q)}`,
  'Zoho (German)': `---- Am Di, 03 März 2026 16:05:11 +0100 Bob Berg <bob@acme.example> schrieb ----\n\n${q}`,
  'Zoho (Spanish)': `---- El mar, 03 mar 2026 16:05:11 +0100 Bob Berg <bob@acme.example> escribió ----\n\n${q}`,
  Proton: `Sent with Proton Mail secure email.\n\nOn Tuesday, March 3rd, 2026 at 16:05, ${b} wrote:\n\n${mark(q)}`,
  'Proton old': `‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\n\nOn Tuesday, March 3rd, 2026 at 16:05, ${b} wrote:\n\n${mark(q)}`,
  fastmail: `On Tue, Mar 3, 2026, at 16:05, Bob Berg wrote:\n${mark(q)}`,
  spark: `On 3 Mar 2026, 16:05 +0100, ${b}, wrote:\n${mark(q)}`,
  BlackBerry: `Sent from my BlackBerry 10 smartphone.\n\n  Original Message  \nFrom: Bob Berg\nSent: Tuesday, March 3, 2026 16:05\nTo: Ana\nSubject: Order\n\n${q}`,
  'BlackBerry 2': `Sent from my Verizon Wireless BlackBerry\n\n-----Original Message-----\nFrom: ${b}\nDate: Tue, 3 Mar 2026 16:05:11 \nTo: Ana<ana@far.example>\nSubject: Order\n\n${q}`,
  Tuta: `3 Mar 2026, 16:05 by bob@acme.example:\n\n${mark(q)}`,
  'Tuta (German)': `3. März 2026, 16:05 von bob@acme.example:\n\n${mark(q)}`,
  'eM Client': `------ Original Message ------\nFrom "Bob Berg" <bob@acme.example>\nTo ana@far.example\nDate 3/3/2026 4:05:11 PM\nSubject Re: Order\n\n${q}`,
  'eM Client (German)': `------ Originalnachricht ------\nVon: "Bob" <bob@acme.example>\nAn: ana\nGesendet: 03.03.2026 16:05\nBetreff: Re\n\n${q}`,
  superhuman: `On Tue, Mar 03, 2026 at 4:05 PM, Bob Berg < bob@acme.example > wrote:\n\n${mark(q)}`,
  front: `On March 3, 2026, 4:05 PM GMT+1 bob@acme.example wrote:\n\n${q}`,
  zendesk: `##- Please type your reply above this line -##\n\n${q}`,
  above: `--- Reply above this line ---\n\n${q}`,
  'above 2': `On Tue, Mar 3, 2026 at 4:05 PM ${b} wrote:\n\n> --- Reply above this line ---\n${mark(q)}`,
  airmail: `On 3 March 2026 at 16:05:11, Bob Berg (bob@acme.example) wrote:\n\n${q}`,
  'Thunderbird (US)': `On 3/3/2026 4:05 PM, Bob Berg wrote:\n${mark(q)}`,
  'Gmail old': `2026-03-03 16:05 GMT+01:00 ${b}:\n\n${mark(q)}`,
  'Gmail old 2': `2026/3/3 ${b}\n\n${mark(q)}`,
  AOL: `In a message dated 3/3/2026 4:05:11 PM Eastern Standard Time, bob@acme.example writes:\n\n${q}`,
  'zimbra (French)': `----- Mail original -----\nDe: "Bob" <bob@acme.example>\nÀ: "Ana" <ana@far.example>\nEnvoyé: Mardi 3 Mars 2026 16:05:11\nObjet: Re: Order\n\n${q}`,
  'zimbra none': `De: "Bob" <bob@acme.example>\nÀ: "Ana" <ana@far.example>\nEnvoyé: Mardi 3 Mars 2026 16:05:11\nObjet: Re: Order\n\n${q}`,
  orange: `> Message du 03/03/26 16:05\n> De : "Bob" <bob@acme.example>\n> A : "Ana" <ana@far.example>\n> Copie à : \n> Objet : Order\n> \n${mark(q)}`,
  libero: `----Messaggio originale----\nDa: bob@acme.example\nData: 03/03/2026 16.05\nA: ana@far.example\nOgg: Re: Order\n\n${q}`,
  'libero 2': `Il 3 marzo 2026 alle 16.05 ${b} ha scritto:\n\n${q}`,
  'T-Online': `-----Original-Nachricht-----\nBetreff: Order\nDatum: 2026-03-03T16:05:11+0100\nVon: ${b}\nAn: ana@far.example\n\n${q}`,
  'Web.de': `Gesendet: Dienstag, 03. März 2026 um 16:05 Uhr\nVon: "Bob Berg" <bob@acme.example>\nAn: ana@far.example\nBetreff: Order\n\n${q}`,
  'Web.de 2': `--\nDiese Nachricht wurde von meinem Android Mobiltelefon mit WEB.DE Mail gesendet.\nAm 03.03.26, 16:05, Bob Berg <bob@acme.example> schrieb:\n\n${mark(q)}`,
  'o2.pl': `Dnia 3 marca 2026 16:05 ${b} napisał(a):\n\n${q}`,
  'wp.pl': `W dniu 2026-03-03 16:05:11 użytkownik ${b} napisał:\n\n${mark(q)}`,
  'wp.pl 2': `---- Użytkownik Bob napisał ----\n\n${q}`,
  seznam: `---------- Původní e-mail ----------\nOd: ${b}\nKomu: ana@far.example\nDatum: 3. 3. 2026 16:05:11\nPředmět: Re: Order\n\n${q}`,
  'seznam 2': `---------- Původní zpráva ----------\nOd: ${b}\nKomu: ana@far.example\nDatum: 3. 3. 2026 16:05:11\nPředmět: Re: Order\n\n${q}`,
  centrum: `______________________________________________________________\n> Od: "Bob" <bob@acme.example>\n> Komu: ana@far.example\n> Datum: 03.03.2026 16:05\n> Předmět: Order\n>\n${mark(q)}`,
  'ukr.net': `3 березня 2026, 16:05:11, від "Bob Berg" <bob@acme.example>:\n\n${mark(q)}`,
  'abv.bg': `-------- Оригинално писмо --------\nОт: Bob bob@acme.example\nОтносно: Order\nДо: ana\nИзпратено на: 03.03.2026 16:05\n\n${q}`,
  naver: `-----Original Message-----\nFrom: "Bob"<bob@acme.example>\nTo: "ana"<ana@far.example>;\nCc:\nSent: 2026-03-03 (화) 16:05:11 (GMT+09:00)\nSubject: Order\n\n${q}`,
  'Outlook mac': `From: ${b}\nDate: Tuesday, 3 March 2026 at 16:05\nTo: Ana <ana@far.example>\nSubject: Re: Order\n\n${q}`,
  'Outlook mac (German)': `Von: ${b}\nDatum: Dienstag, 3. März 2026 um 16:05\nAn: Ana\nBetreff: Order\n\n${q}`,
  'Outlook mailto': `From: Bob Berg [mailto:bob@acme.example] \nSent: Tuesday, March 03, 2026 4:05 PM\nTo: Ana\nCc: Eve\nSubject: RE: Order\n\n${q}`,
  'Outlook stars': `*Von:* Bob Berg <bob@acme.example>\n*Gesendet:* Dienstag, 3. März 2026 16:05\n*An:* Ana\n*Betreff:* Order\n\n${q}`,
  'Outlook importance': `From: Bob\nSent: Tuesday, March 3, 2026 4:05 PM\nTo: Ana; Eve; Dan\nCc: Kim\nImportance: High\nSubject: Order\n\n${q}`,
  'mail mate': `On 3 Mar 2026, at 16:05, Bob Berg wrote:\n\n${mark(q)}`,
  'Apple Mail (Finnish)': `Bob Berg <bob@acme.example> kirjoitti 3.3.2026 kello 16.05:\n\n${mark(q)}`,
  'Apple Mail (Norwegian)': `3. mars 2026 kl. 16:05 skrev Bob Berg <bob@acme.example>:\n\n${mark(q)}`,
  'Apple Mail (Danish)': `Den 3. mar. 2026 kl. 16.05 skrev Bob Berg <bob@acme.example>:\n\n${mark(q)}`,
  'Apple Mail (Turkish)': `Bob Berg <bob@acme.example> şunları yazdı (3 Mar 2026 16:05):\n\n${mark(q)}`,
  'Apple Mail (Czech)': `3. 3. 2026 v 16:05, Bob Berg <bob@acme.example>:\n\n${mark(q)}`,
  'Apple Mail (Hungarian)': `Bob Berg <bob@acme.example> írta (2026. márc. 3. dátummal, 16:05 időpontban):\n\n${mark(q)}`,
  'Apple Mail (Hebrew)': `ב-3 במרץ 2026, בשעה 16:05, Bob Berg <bob@acme.example> כתב/ה:\n\n${mark(q)}`,
  'Apple Mail (Korean)': `2026. 3. 3. 오후 4:05, Bob Berg <bob@acme.example> 작성:\n\n${mark(q)}`,
  'Apple Mail (Ukrainian)': `3 бер. 2026 р. о 16:05 Bob Berg <bob@acme.example> пише:\n\n${mark(q)}`,
  'iOS (French)': `Le 3 mars 2026 à 16:05, Bob Berg <bob@acme.example> a écrit :\n\n${mark(q)}`,
  'iOS (French) nbsp': `Le 3 mars 2026 à 16:05, Bob Berg <bob@acme.example> a écrit :\n\n${mark(q)}`,
  'iOS bullet': `> On 3 Mar 2026, at 16:05, Bob Berg <bob@acme.example> wrote:\n> \n${mark(q)}`,
  'iOS icon': `> El 3 mar 2026, a la(s) 16:05, Bob Berg <bob@acme.example> escribió:\n> \n${mark(q)}`,
  'Outlook com reply': `________________________________\nDe: Bob Berg <bob@acme.example>\nEnviado: martes, 3 de marzo de 2026 16:05\nPara: Ana\nAsunto: Re: Order\n\n${q}`,
  'Thunderbird (Spanish)': `El 3/3/26 a las 16:05, Bob Berg escribió:\n${mark(q)}`,
  'Thunderbird (Portuguese)': `Em 03/03/2026 16:05, Bob Berg escreveu:\n${mark(q)}`,
  'Thunderbird (Japanese)': `On 2026/03/03 16:05, Bob Berg wrote:\n${mark(q)}`,
  'Thunderbird (Swedish)': `Den 2026-03-03 kl. 16:05, skrev Bob Berg:\n${mark(q)}`,
  'Thunderbird (Russian)': `03.03.2026 16:05, Bob Berg пишет:\n${mark(q)}`,
  'Thunderbird (Hungarian)': `2026. 03. 03. 16:05 keltezéssel, Bob Berg írta:\n${mark(q)}`,
  'Thunderbird (Finnish)': `Bob Berg kirjoitti 3.3.2026 klo 16.05:\n${mark(q)}`,
  'Thunderbird (Greek)': `Στις 3/3/26 16:05, ο Bob Berg έγραψε:\n${mark(q)}`,
  'Thunderbird (Turkish)': `3.03.2026 16:05 tarihinde Bob Berg yazdı:\n${mark(q)}`,
  'Thunderbird (Chinese)': `在 2026/3/3 16:05, Bob Berg 写道:\n${mark(q)}`,
  'Thunderbird (Korean)': `2026-03-03 오후 4:05에 Bob Berg 이(가) 쓴 글:\n${mark(q)}`,
  'Thunderbird (Czech)': `Dne 3.3.2026 v 16:05 Bob Berg napsal(a):\n${mark(q)}`,
  'Thunderbird (Danish)': `Den 03.03.2026 kl. 16.05 skrev Bob Berg:\n${mark(q)}`,
  mutt: `On Tue, Mar 03, 2026 at 04:05:11PM +0100, Bob Berg wrote:\n${mark(q)}`,
  emacs: `Bob Berg <bob@acme.example> writes:\n\n${mark(q)}`,
  pine: `On Tue, 3 Mar 2026, Bob Berg wrote:\n\n${mark(q)}`,
  horde: `Zitat von Bob Berg <bob@acme.example>:\n\n${mark(q)}`,
  squirrel: `> When does it come?\n> Bob`,
  'bare trailing': `Bob Berg wrote:\n${mark(q)}`,

  'an address on three lines': `On Nov 30, 2025, at 12:47 PM, Bob Berg <\n416ffd3258d4d2fa4c85cfa4c44e1721d66e3e8f4\n@acme.example> wrote:\n\n${mark(q)}`,
  'a header block that begins with the date': `Date: Tue, 3 Mar 2026 16:05:11 +0100\nSubject: Order\nTo: Ana\nFrom: Bob <bob@acme.example>\n\n${q}`,
  'no blank before the verb': `On 3 Mar 2026, at 16:05, Bob Berg <bob@acme.example>wrote:\n\n${mark(q)}`,
  'Apple Mail (Dutch)': `Op 17-feb.-2026, om 13:18 heeft Bob Berg <bob@acme.example> het volgende geschreven:\n\n${mark(q)}`,
  'no colon (Dutch)': `Op di 3 mrt. 2026 16:05 schreef Bob Berg <bob@acme.example>\n\n${mark(q)}`,
  'only a date and an address': `2026-03-03 16:05 CET <bob@acme.example>:\n\n${mark(q)}`,
  'no date': `Bob Berg <bob@acme.example> wrote:\n\n${mark(q)}`,
  'equals signs above a header block': `==========\nFrom: Bob\nDate: Tue, 3 Mar 2026 16:05\nTo: Ana\nSubject: Order\n\n${q}`,
  'quoted with bars': `On 2026-03-03 16:05, Bob wrote:\n\n| When does it come?\n| Bob`,
  'quoted with indents': `On 2026-03-03 16:05, Bob wrote:\n\n  > When does it come?\n  > Bob`,
  Sylpheed: `On Tue, 3 Mar 2026 16:05:11 +0100\nBob Berg <bob@acme.example> wrote:\n\n${mark(q)}`,
  'Daum (Korean)': `-----Original Message-----\n보낸사람: Bob<bob@acme.example>\n받는사람: ana\n날짜: 2026년 3월 3일\n제목: Order\n\n${q}`,
  'Hotmail, marked': `> Date: Tue, 3 Mar 2026 16:05:11 +0100\n> From: bob@acme.example\n> To: ana@far.example\n> Subject: Order\n> \n${mark(q)}`,
  'a quoted line broken in two': `On 2026-03-03 16:05, Bob wrote:\n> This is a very long line that the mail program of the customer has wrapped and then\nleft\n> the rest of it here. When does it come?`,
  'The Bat!': `Tuesday, March 3, 2026, 4:05:11 PM, you wrote:\n\nBB> When does it come?\nBB>\nAB>> Soon.\nBB> Bob`,
  'The Bat! (Russian)': `Вы писали 3 марта 2026 г., 16:05:11:\n\nББ> When does it come?\n\nББ> Bob`,
  GroupWise: `>>> Bob Berg <bob@acme.example> 03.03.2026 16:05 >>>\n\n${q}`,
  'GroupWise, in words': `>>> On 3/3/2026 at 4:05 PM, in message <65E49F27.1234.00A1.0@acme.example>,\nBob Berg <bob@acme.example> wrote:\n${mark(q)}`,
  'Gmail (Bengali)': `মঙ্গল, ৩ মার্চ, ২০২৬ তারিখে ৪:০৫ PM টায় তারিখে ${b}\nলিখেছেন:\n\n${mark(q)}`,
  'Gmail (Armenian)': `երք, 3 մրտ, 2026 թ., 16:05 ${b} գրել է՝\n\n${mark(q)}`,
  'Notes, a table': `Bob Berg/ACME\n03/03/2026 04:05 PM\n\nTo\nAna Silva/FAR@FAR\ncc\n\nSubject\nRe: Order\n\n${q}`,
  'Notes, a table (German)': `Bob Berg/ACME\nGesendet von: Eva Ek/ACME\n03.03.2026 16:05\n\nAn\nAna Silva/FAR@FAR\nKopie\n\nThema\nRe: Order\n\n${q}`,
  'Notes, columns': `             Bob Berg                                                      \n             <bob@acme.example>                                            \n                                                                        To \n             03/03/2026 04:05          Ana Silva <ana@far.example>         \n             PM                                                         cc \n                                                                           \n                                                                   Subject \n                                       Re: Order                           \n                                                                           \n\n\n${q}`,
  'Notes, the web': `-----Bob Berg/ACME wrote: -----\nTo: Ana Silva <ana@far.example>\nFrom: Bob Berg/ACME\nDate: 03/03/2026 04:05PM\nSubject: Re: Order\n\n${q}`,
  'Notes, the web (French)': `-----Bob Berg/ACME a écrit : -----\nA : Ana Silva <ana@far.example>\nDe : Bob Berg/ACME\nDate : 03/03/2026 16:05\nObjet : Re: Order\n\n${q}`,
  'Outlook (Malay)': `Daripada: Bob Berg\nDihantar: 3 Mac 2026 16:05\nKepada: Ana\nSubjek: Re: Order\n\n${q}`,
  'Outlook in a language that is not known': `Oddi wrth: Bob Berg <bob@acme.example>\nAnfonwyd: 3 Mawrth 2026 16:05\nAt: Ana Silva <ana@far.example>\nPwnc: Re: Order\n\n${q}`,
  'reply above this line (German)': `##- Bitte antworten Sie oberhalb dieser Zeile -##\n\n${q}`,
};

test.each(Object.entries(histories))('own words of a reply in plain text: %s', (_, history) => {
  const text = `${own}\n\n${history}`;
  expect(extractOwnText(text)).toBe(own);
  for (const role of ['forward', 'new'] as const) {
    expect(extractOwnText(text, role)).toContain('That is all.');
    expect(extractOwnText(text, role)).toContain('When does it come?');
  }
});

test.each([
  [
    'a form that somebody filled in',
    'Name: Bob Berg <bob@acme.example>\nArrival: 3 March 2026 16:05\nRoom: 12\nNotes: none\n\nPlease.',
  ],
  [
    'a list of names and dates',
    'Bob Berg\n03/03/2026 16:05\n\nTo\nthe station, please.\n\nSubject\nto changes.',
  ],
  ['a heading between dashes', '-----My address has changed: -----\nFrom: next week\nto the end of the year'],
])('own words that look like a header are shown: %s', (_, words) => {
  expect(extractOwnText(`${own}\n\n${words}`)).toBe(`${own}\n\n${words}`);
});

test('lines that begin with initials are own words without the date of what is quoted above', () => {
  const text = 'My answers:\n\nA> yes\nB> no';
  expect(extractOwnText(text)).toBe(text);
});

/** The lines that programs add below a message. */
const signatures: Record<string, string> = {
  iPhone: 'Sent from my iPhone',
  galaxy: 'Sent from my Galaxy S24',
  sms: 'Sent from my Samsung Galaxy smartphone.',
  Proton: 'Sent with Proton Mail secure email.',
  'Proton app': 'Sent from Proton Mail for iOS',
  Tuta: '-- \nSent with Tuta; enjoy secure & ad-free emails:\nhttps://tuta.com',
  Yahoo: 'Sent from Yahoo Mail: Search, Organize, Conquer',
  'mail win': 'Sent from Mail for Windows 10',
  hotmail: 'Get Outlook for Android',
  superhuman: 'Sent via Superhuman',
  spark: 'Sent from Spark',
  missive: '—\nSent from Missive',
  'k 9': '-- \nDiese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.',
  fairmail: 'Sent with FairEmail',
  aqua: 'Sent from Aqua Mail',
  '(French)': 'Envoyé à partir de Outlook pour Android',
  it: 'Inviato dal mio Galaxy',
  '(Portuguese)': 'Enviado do meu iPhone',
  pl: "Wysłane z iPhone'a",
  '(German)': 'Gesendet mit Proton Mail',
  '(Russian)': 'Отправлено из мобильной Почты Mail',
  nl: 'Verstuurd vanaf mijn iPad',
  '(Spanish)': 'Enviado desde mi Galaxy',
  '(Arabic)': 'تم الإرسال من الـ iPhone',
  '(Hungarian)': 'iPhone-omról küldve',
  '(Vietnamese)': 'Đã gửi từ iPhone của tôi',
  '(Korean)': '나의 Galaxy에서 보냈습니다.',
  '(Turkish)': 'Galaxy cihazımdan gönderildi',
  BlackBerry: 'Sent from my BlackBerry 10 smartphone on the Verizon network.',
};
test.each(Object.entries(signatures))('a line that a program adds: %s', (_, signature) => {
  expect(extractOwnText(`${own}\n\n${signature}`)).toBe(own);
  expect(extractOwnText(`${own}\n\n${signature}\n\nOn 2026-03-03 16:05, Bob Berg wrote:\n\n${mark(q)}`)).toBe(
    own,
  );
});
