import { expect, test } from 'vitest';
import { textFromHtml } from '../html/text-from-html.ts';
import { extractOwnText, foldHtml } from './fold-quotes.ts';

/** "On …, Ana wrote:" as mail programs write it; each is tested with a marked and an unmarked quotation. */
const attributions = {
  'Gmail, English': 'On Tue, Mar 3, 2026 at 4:05 PM Ana Silva <ana@far.example> wrote:',
  'Gmail, English, folded':
    'On Tue, Mar 3, 2026 at 4:05 PM Ana Maria da Silva e Souza <\nana@far.example> wrote:',
  'Gmail, German': 'Am Di., 3. März 2026 um 16:05 Uhr schrieb Ana Silva <ana@far.example>:',
  'Gmail, German, folded': 'Am Di., 3. März 2026 um 16:05 Uhr schrieb Ana Silva\n<ana@far.example>:',
  'Gmail, French': 'Le mar. 3 mars 2026 à 16:05, Ana Silva <ana@far.example> a écrit :',
  'Gmail, Spanish': 'El mar, 3 mar 2026 a las 16:05, Ana Silva (<ana@far.example>) escribió:',
  'Gmail, Portuguese': 'Em ter., 3 de mar. de 2026 às 16:05, Ana Silva <ana@far.example> escreveu:',
  'Gmail, Italian': 'Il giorno mar 3 mar 2026 alle ore 16:05 Ana Silva <ana@far.example> ha scritto:',
  'Gmail, Dutch': 'Op di 3 mrt 2026 om 16:05 schreef Ana Silva <ana@far.example>:',
  'Gmail, Danish': 'Den tirs. 3. mar. 2026 kl. 16.05 skrev Ana Silva <ana@far.example>:',
  'Gmail, Norwegian': 'tir. 3. mars 2026 kl. 16:05 skrev Ana Silva <ana@far.example>:',
  'Gmail, Swedish': 'Den tis 3 mars 2026 kl 16:05 skrev Ana Silva <ana@far.example>:',
  'Gmail, Finnish': 'ti 3. maalisk. 2026 klo 16.05 Ana Silva (ana@far.example) kirjoitti:',
  'Gmail, Polish': 'wt., 3 mar 2026 o 16:05 Ana Silva <ana@far.example> napisał(a):',
  'Gmail, Czech': 'út 3. 3. 2026 v 16:05 odesílatel Ana Silva <ana@far.example> napsal:',
  'Gmail, Slovak': 'ut 3. 3. 2026 o 16:05 Ana Silva <ana@far.example> napísal(a):',
  'Gmail, Hungarian': 'Ana Silva <ana@far.example> ezt írta (időpont: 2026. márc. 3., K, 16:05):',
  'Gmail, Romanian': 'În mar., 3 mar. 2026 la 16:05, Ana Silva <ana@far.example> a scris:',
  'Gmail, Russian': 'вт, 3 мар. 2026 г. в 16:05, Ана Сильва <ana@far.example>:',
  'Gmail, Ukrainian': 'вт, 3 бер. 2026 р. о 16:05 Ана Сильва <ana@far.example> пише:',
  'Gmail, Bulgarian': 'На вт, 3.03.2026 г. в 16:05 ч. Ана Силва <ana@far.example> написа:',
  'Gmail, Greek': 'Στις Τρί 3 Μαρ 2026 στις 4:05 μ.μ., ο χρήστης Ana Silva <ana@far.example> έγραψε:',
  'Gmail, Turkish': 'Ana Silva <ana@far.example>, 3 Mar 2026 Sal, 16:05 tarihinde şunu yazdı:',
  'Gmail, Croatian': 'uto, 3. ožu 2026. u 16:05 Ana Silva <ana@far.example> napisao je:',
  'Gmail, Serbian': 'уто, 3. мар 2026. у 16:05 Ана Силва <ana@far.example> је написао/ла:',
  'Gmail, Slovenian': 'V V tor., 3. mar. 2026 ob 16:05 je oseba Ana Silva <ana@far.example> napisala:',
  'Gmail, Lithuanian': '2026-03-03, an, 16:05 Ana Silva <ana@far.example> rašė:',
  'Gmail, Latvian':
    'otrd., 2026. g. 3. marts, plkst. 16:05 — lietotājs Ana Silva (<ana@far.example>) rakstīja:',
  'Gmail, Estonian': 'Kuupäev T, 3. märts 2026 kell 16:05 kirjutas Ana Silva <ana@far.example>:',
  'Gmail, Catalan': 'Missatge de Ana Silva <ana@far.example> del dia dt., 3 de març 2026 a les 16:05:',
  'Gmail, Indonesian': 'Pada Sel, 3 Mar 2026 pukul 16.05 Ana Silva <ana@far.example> menulis:',
  'Gmail, Vietnamese': 'Vào Th 3, 3 thg 3, 2026 vào lúc 16:05 Ana Silva <ana@far.example> đã viết:',
  'Gmail, Japanese': '2026年3月3日(火) 16:05 Ana Silva <ana@far.example>:',
  'Gmail, Chinese (simplified)': 'Ana Silva <ana@far.example> 于2026年3月3日周二 16:05写道：',
  'Gmail, Chinese (traditional)': 'Ana Silva <ana@far.example> 於 2026年3月3日 週二 下午4:05寫道：',
  'Gmail, Korean': '2026년 3월 3일 (화) 오후 4:05, Ana Silva <ana@far.example>님이 작성:',
  'Gmail, Hebrew':
    '\u202bבתאריך יום ג׳, 3 במרץ 2026 ב-16:05 מאת \u202aAna Silva\u202c\u200f <\u202aana@far.example\u202c\u200f>:\u202c',
  'Gmail, Arabic': 'في الثلاثاء، 3 مارس 2026 في 4:05 م تمت كتابة ما يلي بواسطة Ana Silva <ana@far.example>:',
  'Gmail, Thai': 'ในวันที่ อ. 3 มี.ค. 2026 เวลา 16:05 Ana Silva <ana@far.example> เขียนว่า:',
  'Apple Mail, English': 'On 3 Mar 2026, at 16:05, Ana Silva <ana@far.example> wrote:',
  'Apple Mail, German': 'Am 03.03.2026 um 16:05 schrieb Ana Silva <ana@far.example>:',
  'Apple Mail, French': 'Le 3 mars 2026 à 16:05, Ana Silva <ana@far.example> a écrit :',
  'Apple Mail, Spanish': 'El 3 mar 2026, a las 16:05, Ana Silva <ana@far.example> escribió:',
  'Apple Mail, Italian': 'Il giorno 3 mar 2026, alle ore 16:05, Ana Silva <ana@far.example> ha scritto:',
  'Apple Mail, Dutch': 'Op 3 mrt 2026, om 16:05 heeft Ana Silva <ana@far.example> het volgende geschreven:',
  'Apple Mail, Portuguese': 'Em 3 de mar. de 2026, à(s) 16:05, Ana Silva <ana@far.example> escreveu:',
  'Apple Mail, Polish':
    'Wiadomość napisana przez Ana Silva <ana@far.example> w dniu 3 mar 2026, o godz. 16:05:',
  'Apple Mail, Swedish': '3 mars 2026 kl. 16:05 skrev Ana Silva <ana@far.example>:',
  'Apple Mail, Japanese': '2026/03/03 16:05、Ana Silva <ana@far.example>のメール：',
  'Apple Mail, Chinese': '在 2026年3月3日，16:05，Ana Silva <ana@far.example> 写道：',
  'Apple Mail, Russian': '3 марта 2026 г., в 16:05, Ana Silva <ana@far.example> написал(а):',
  'Thunderbird, German': 'Am 03.03.26 um 16:05 schrieb Ana Silva:',
  'Thunderbird, English': 'On 3/3/26 16:05, Ana Silva wrote:',
  'Thunderbird, French': 'Le 03/03/2026 à 16:05, Ana Silva a écrit :',
  'Thunderbird, Italian': 'Il 03/03/26 16:05, Ana Silva ha scritto:',
  'Thunderbird, Dutch': 'Op 3-3-2026 om 16:05 schreef Ana Silva:',
  'Thunderbird, Polish': 'W dniu 3.03.2026 o 16:05, Ana Silva pisze:',
  'Thunderbird, Czech': 'Dne 03. 03. 26 v 16:05 Ana Silva napsal(a):',
  'Yahoo, English': 'On Tuesday, March 3, 2026 at 04:05:11 PM GMT+1, Ana Silva <ana@far.example> wrote:',
  'Yahoo, German':
    'Am Dienstag, 3. März 2026 um 16:05:11 MEZ hat Ana Silva <ana@far.example> Folgendes geschrieben:',
  'Yahoo, French': 'Le mardi 3 mars 2026 à 16:05:11 UTC+1, Ana Silva <ana@far.example> a écrit :',
  'Yahoo, Spanish': 'El martes, 3 de marzo de 2026, 16:05:11 CET, Ana Silva <ana@far.example> escribió:',
  Zoho: '---- On Tue, 03 Mar 2026 16:05:11 +0100 Ana Silva <ana@far.example> wrote ----',
  'Outlook for Mac': 'On 03.03.26, 16:05, "Ana Silva" <ana@far.example> wrote:',
  Spark: 'On 3 Mar 2026 at 16:05 +0100, Ana Silva <ana@far.example>, wrote:',
  Proton: 'On Tuesday, March 3rd, 2026 at 16:05, Ana Silva <ana@far.example> wrote:',
  'K-9, German': 'Am 3. März 2026 16:05:11 MEZ schrieb Ana Silva <ana@far.example>:',
  GMX: 'Gesendet: Dienstag, 3. März 2026 um 16:05 Uhr\nVon: "Ana Silva" <ana@far.example>\nAn: support@acme.example\nBetreff: Bestellung',
  'Exchange, name first': 'Ana Silva <ana@far.example> schrieb am Di., 3. März 2026, 16:05:',
};

test('attributions of mail programs in many languages', () => {
  const missed: string[] = [];
  for (const [program, line] of Object.entries(attributions)) {
    const own = 'Thank you.\n\nThat is all.';
    for (const [kind, quotation] of Object.entries({
      marked: '\n> When does it come?\n> Ana\n',
      'marked after a blank line': '\n\n> When does it come?\n>\n> Ana\n',
      unmarked: '\n\nWhen does it come?\n\nAna\n',
    })) {
      if (extractOwnText(`${own}\n\n${line}${quotation}`) !== own) missed.push(`${program}, ${kind}`);
    }
  }
  expect(missed).toEqual([]);
});

test('a line "Original Message" without dashes above a header is part of the quotation', () => {
  for (const line of ['Original Message', '  Original Message  ', 'Originalnachricht', 'Message d’origine']) {
    const header = 'From: Bob\nSent: Tuesday, March 3, 2026 4:05 PM\nTo: Ana\nSubject: Order';
    expect(extractOwnText(`Thank you.\n\n${line}\n${header}\n\nWhen?`), line).toBe('Thank you.');
    expect(extractOwnText(`Thank you.\n\n${line}\n\nFrom: Bob\n\nWhen?`), line).toBe('Thank you.');
  }
  const own = 'Please answer.\n\nOriginal Message\n\nI cannot find it.';
  expect(extractOwnText(own)).toBe(own);
});

test('own text like an attribution, header or signature is kept', () => {
  for (const text of [
    'On the surface it looks good.\n\nOn average it works well:\n\nthis one does not.',
    'On 3 March 2026 at 16:05 you wrote:\n\nthe parcel is on its way. It is not.',
    'Am 3. März 2026 um 16:05 Uhr schrieb er mir:\n\ndas Paket ist unterwegs.',
    'Here are the dates:\n\n2026-03-03 16:05:11\n03.03.2026 16:05\n\nAll of them are wrong.',
    'I mail from: ana@far.example and from: bob@far.example\n\nThe data comes From: our shop.',
    'It was sent from my iPhone app to all users.\n\nAll messages are sent from the main server.',
    'Sent from the shop on Monday, never arrived.',
    'Our address:\n\nTo: Acme\nStreet: 1 High Road\nDate: any day\n\nPlease send it there.',
    'As the manual says on page 12:\n\n1. Open it.\n2. Close it.',
    'Hello,\n\nthe order of 3 March 2026 (16:05) for ana@far.example lacks two things:\n\na lamp\na chair',
    'See my answers below, in red.\n\n-----Original Message-----\nFrom: Bob <bob@acme.example>\nSent: Tuesday, March 3, 2026 4:05 PM\nTo: Ana\nSubject: Order\n\nWhich colour? Blue.\nWhen? Tomorrow.',
    'Meine Antworten stehen unten im Text.\n\nVon: Bob <bob@acme.example>\nGesendet: Dienstag, 3. März 2026 16:05\nAn: Ana\nBetreff: Bestellung\n\nWelche Farbe? Blau.',
    'On 3 Mar 2026, at 16:05, Bob <bob@acme.example> wrote:\n\n> Which colour?\n\nBlue.\n\n> When?\n\nTomorrow.',
  ]) {
    expect(extractOwnText(text)).toBe(text);
  }
});

test('text below a quotation is kept, and the quotation folded', () => {
  const quotation = 'On 3 Mar 2026, at 16:05, Bob <bob@acme.example> wrote:\n> Which colour?\n> Bob';
  expect(extractOwnText(`${quotation}\n\nBlue, please.\n\nAna`)).toBe('Blue, please.\n\nAna');
});

test('"Sent from my iPhone" and the like in many languages', () => {
  for (const line of [
    'Sent from my iPhone',
    'Von meinem iPhone gesendet',
    'Gesendet mit der GMX Mail App',
    'Envoyé de mon iPhone',
    'Enviado desde mi iPhone',
    'Inviato da iPhone',
    'Verstuurd vanaf mijn iPhone',
    'Skickat från min iPhone',
    'Sendt fra min iPhone',
    'Lähetetty iPhonesta',
    'Wysłane z iPhone’a',
    'Отправлено с iPhone',
    'iPhoneから送信',
    '发自我的 iPhone',
    'iPhone에서 보냄',
    'Get Outlook for iOS<https://aka.ms/o0ukef>',
    'Gesendet von Outlook für Android<https://aka.ms/AAb9ysg>',
    'Télécharger Outlook pour iOS<https://aka.ms/o0ukef>',
  ]) {
    expect(extractOwnText(`Thank you.\n\n${line}`), line).toBe('Thank you.');
  }
});

test('HTML replies of several mail programs, with signatures', () => {
  const words = '<div>Thank you.</div>';
  const history = '<p>When does it come?</p>';
  const webHead =
    '<div id="appendonsend"></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><font><b>От правителя:</b> Bob &lt;bob@acme.example&gt;<br><b>Х:</b> y</font></div>';
  const desktopHead =
    '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>Frá:</b> Bob &lt;bob@acme.example&gt;<br><b>Sent þann:</b> þriðjudagur, 3. mars 2026 16:05<br><b>Til:</b> Ana<br><b>Efni:</b> Pöntun</p></div>';
  for (const [program, html] of Object.entries({
    'Outlook on the web': `${words}${webHead}${history}`,
    'shown by another webmail': `${words}${webHead.replaceAll('id="', 'id="x_')}${history}`,
    'Outlook for Windows': `<div class="WordSection1"><p class="MsoNormal">Thank you.</p>${desktopHead}${history}</div>`,
    'Outlook for phones': `${words}<div id="ms-outlook-mobile-signature">Best<br>Ana</div>${webHead}${history}`,
    'Gmail with a signature': `${words}<span class="gmail_signature_prefix">-- </span><br><div class="gmail_signature">Ana<br>Far Ltd</div><div class="gmail_quote"><div class="gmail_attr">On … Bob wrote:</div><blockquote class="gmail_quote">${history}</blockquote></div>`,
    Thunderbird: `${words}<div class="moz-cite-prefix">Am 03.03.26 um 16:05 schrieb Bob:</div><blockquote type="cite">${history}</blockquote><div class="moz-signature">-- <br>Ana</div>`,
    Yahoo: `${words}<div class="ydp123yahoo-signature">Ana</div><div class="yahoo_quoted"><div>On … wrote:</div>${history}</div>`,
    'Apple Mail': `${words}<br><div><blockquote type="cite"><div>On 3 Mar 2026, at 16:05, Bob wrote:</div>${history}</blockquote></div>`,
  })) {
    expect(textFromHtml(foldHtml(html) ?? '').trim(), program).toBe('Thank you.');
  }
  // Nothing is hidden if there is only a signature, or text after it.
  expect(foldHtml('<div class="gmail_signature">Ana</div>')).toBeNull();
  expect(foldHtml('<div class="gmail_signature">Ana</div><p>One more thing.</p>')).toBeNull();
});
