import { expect, test } from 'vitest';
import { textFromHtml } from '../html/text-from-html.ts';
import { extractOwnText, foldHtml, foldText } from './fold-quotes.ts';
import { messageRole } from './message-role.ts';

/** The line before a forwarded message as mail programs write it. */
const separators = [
  // Gmail, Thunderbird, Yahoo and web mail programs
  '---------- Forwarded message ---------',
  '-------- Forwarded Message --------',
  '-------- Weitergeleitete Nachricht --------',
  '---------- Message transféré ----------',
  '----- Message transmis -----',
  '-------- Mensaje reenviado --------',
  '-------- Messaggio Inoltrato --------',
  '-------- Doorgestuurd bericht --------',
  '-------- Mensagem encaminhada --------',
  '-------- Mensagem reencaminhada --------',
  '-------- Vidarebefordrat meddelande --------',
  '-------- Videresendt meddelelse --------',
  '-------- Videresendt melding --------',
  '-------- Välitetty viesti --------',
  '---------- Edelleenlähetetty viesti ----------',
  '--- Treść przekazanej wiadomości ---',
  '----- Przekazana wiadomość -----',
  '---------- Wiadomość przesłana dalej ----------',
  '-------- Přeposlaná zpráva --------',
  '-------- Preposlaná správa --------',
  '-------- Továbbított üzenet --------',
  '-------- Mesaj redirecționat --------',
  '-------- Mesaj înaintat --------',
  '-------- Перенаправленное сообщение --------',
  '-------- Пересылаемое сообщение --------',
  '-------- Переслане повідомлення --------',
  '-------- Препратено съобщение --------',
  '-------- İletilen İleti --------',
  '----- İletilmiş Mesaj -----',
  '---------- Yönlendirilmiş ileti ----------',
  '-------- Προωθημένο μήνυμα --------',
  '-------- Proslijeđena poruka --------',
  '-------- Прослеђена порука --------',
  '-------- Posredovano sporočilo --------',
  '-------- Persiųstas laiškas --------',
  '-------- Pārsūtīta ziņa --------',
  '-------- Edastatud kiri --------',
  '-------- Missatge reenviat --------',
  '-------- Mensaxe reenviada --------',
  '-------- Birbidalitako mezua --------',
  '-------- 転送メッセージ --------',
  '---------- メッセージを転送 ----------',
  '-------- 转发的消息 --------',
  '-------- 转发邮件信息 --------',
  '---------- 轉寄郵件 ----------',
  '-------- 전달된 메시지 --------',
  '-------- הודעה שהועברה --------',
  '-------- رسالة معاد توجيهها --------',
  '-------- ข้อความที่ส่งต่อ --------',
  '-------- Thư đã chuyển tiếp --------',
  '-------- Pesan Terusan --------',
  '============ Forwarded message ============',
  // HCL Notes
  '----- Forwarded by Bob Berg/ACME on 03.03.2026 16:05 -----',
  '----- Weitergeleitet von Bob Berg/ACME am 03.03.2026 16:05 -----',
  '----- Réacheminé par Bob Berg/ACME le 03/03/2026 16:05 -----',
  // Apple Mail
  'Begin forwarded message:',
  'Anfang der weitergeleiteten Nachricht:',
  'Début du message réexpédié :',
  'Inicio del mensaje reenviado:',
  'Inizio messaggio inoltrato:',
  'Begin doorgestuurd bericht:',
  'Início da mensagem reencaminhada:',
  'Vidarebefordrat mejl:',
  'Start på videresendt besked:',
  'Videresendt melding:',
  'Välitetty viesti alkaa:',
  'Początek przekazywanej wiadomości:',
  'Začátek přeposílané zprávy:',
  'Začiatok preposlanej správy:',
  'Továbbított levél kezdete:',
  'Începe mesajul redirecționat:',
  'Начало переадресованного сообщения:',
  'Початок листа, що пересилається:',
  'İleti başlangıcı:',
  'Započni proslijeđenu poruku:',
  '転送されたメッセージ：',
  '开始转发的邮件：',
  '전달된 메시지 시작:',
];

const forwarded =
  'From: Bob <bob@far.example>\nDate: 3 March 2026\nSubject: Order 45\nTo: Ana\n\nWhere is it?\n\n-- \nBob';

test.each(separators)('a forwarded message is shown whole: %s', (separator) => {
  for (const above of ['', 'Please help.\n\n', 'Please help.\n\nOn Monday we promised it.\n\n']) {
    const text = `${above}${separator}\n\n${forwarded}`;
    expect(extractOwnText(text, 'reply')).toBe(text);
    const marked = `${above}> ${`${separator}\n\n${forwarded}`.replaceAll('\n', '\n> ')}`;
    expect(extractOwnText(marked, 'reply')).toBe(marked);
  }
  const signed = `Please help.\n\n-- \nAna\n\n${separator}\n\n${forwarded}`;
  expect(extractOwnText(signed, 'reply')).toBe(`Please help.\n\n${separator}\n\n${forwarded}`);
});

/** Header blocks as Outlook writes them above what it quotes or forwards. */
const blocks = {
  English: 'From: Bob\nSent: 3 March 2026 16:05\nTo: Ana\nSubject: Order 45',
  German: 'Von: Bob\nGesendet: Dienstag, 3. März 2026 16:05\nAn: Ana\nBetreff: Order 45',
  French: 'De : Bob\nEnvoyé : mardi 3 mars 2026 16:05\nÀ : Ana\nObjet : Order 45',
  Spanish: 'De: Bob\nEnviado el: martes, 3 de marzo de 2026 16:05\nPara: Ana\nAsunto: Order 45',
  Italian: 'Da: Bob\nInviato: martedì 3 marzo 2026 16:05\nA: Ana\nOggetto: Order 45',
  Portuguese: 'De: Bob\nEnviada em: terça-feira, 3 de março de 2026 16:05\nPara: Ana\nAssunto: Order 45',
  Dutch: 'Van: Bob\nVerzonden: dinsdag 3 maart 2026 16:05\nAan: Ana\nOnderwerp: Order 45',
  Swedish: 'Från: Bob\nSkickat: den 3 mars 2026 16:05\nTill: Ana\nÄmne: Order 45',
  Danish: 'Fra: Bob\nSendt: 3. marts 2026 16:05\nTil: Ana\nEmne: Order 45',
  Finnish: 'Lähettäjä: Bob\nLähetetty: 3. maaliskuuta 2026 16:05\nVastaanottaja: Ana\nAihe: Order 45',
  Polish: 'Od: Bob\nWysłano: wtorek, 3 marca 2026 16:05\nDo: Ana\nTemat: Order 45',
  Czech: 'Od: Bob\nOdesláno: úterý 3. března 2026 16:05\nKomu: Ana\nPředmět: Order 45',
  Slovak: 'Od: Bob\nOdoslané: utorok 3. marca 2026 16:05\nKomu: Ana\nPredmet: Order 45',
  Hungarian: 'Feladó: Bob\nElküldve: 2026. március 3., kedd 16:05\nCímzett: Ana\nTárgy: Order 45',
  Romanian: 'De la: Bob\nTrimis: marți, 3 martie 2026 16:05\nCătre: Ana\nSubiect: Order 45',
  Russian: 'От: Bob\nОтправлено: 3 марта 2026 г. 16:05\nКому: Ana\nТема: Order 45',
  Ukrainian: 'Від: Bob\nНадіслано: 3 березня 2026 р. 16:05\nКому: Ana\nТема: Order 45',
  Bulgarian: 'От: Bob\nИзпратено: 3 март 2026 г. 16:05\nДо: Ana\nОтносно: Order 45',
  Greek: 'Από: Bob\nΣτάλθηκε: Τρίτη, 3 Μαρτίου 2026 16:05\nΠρος: Ana\nΘέμα: Order 45',
  Turkish: 'Kimden: Bob\nGönderildi: 3 Mart 2026 Salı 16:05\nKime: Ana\nKonu: Order 45',
  Croatian: 'Šalje: Bob\nPoslano: 3. ožujka 2026. 16:05\nPrima: Ana\nPredmet: Order 45',
  Slovenian: 'Od: Bob\nPoslano: torek, 3. marec 2026 16:05\nZa: Ana\nZadeva: Order 45',
  Serbian: 'Od: Bob\nPoslato: 3. mart 2026. 16:05\nZa: Ana\nNaslov: Order 45',
  Estonian: 'Saatja: Bob\nSaadetud: 3. märts 2026 16:05\nAdressaat: Ana\nTeema: Order 45',
  Lithuanian: 'Nuo: Bob\nIšsiųsta: 2026 m. kovo 3 d. 16:05\nKam: Ana\nTema: Order 45',
  Latvian: 'No: Bob\nNosūtīts: 2026. gada 3. marts 16:05\nKam: Ana\nTēma: Order 45',
  Icelandic: 'Frá: Bob\nSent: 3. mars 2026 16:05\nTil: Ana\nEfni: Order 45',
  Catalan: 'De: Bob\nEnviat: dimarts, 3 de març de 2026 16:05\nPer a: Ana\nAssumpte: Order 45',
  Japanese: '差出人: Bob\n送信日時: 2026年3月3日 16:05\n宛先: Ana\n件名: Order 45',
  'Chinese, simplified': '发件人: Bob\n发送时间: 2026年3月3日 16:05\n收件人: Ana\n主题: Order 45',
  'Chinese, traditional': '寄件者: Bob\n寄件日期: 2026年3月3日 16:05\n收件者: Ana\n主旨: Order 45',
  Korean: '보낸 사람: Bob\n보낸 날짜: 2026년 3월 3일 16:05\n받는 사람: Ana\n제목: Order 45',
  Hebrew: 'מאת: Bob\nנשלח: יום שלישי 3 מרץ 2026 16:05\nאל: Ana\nנושא: Order 45',
  Arabic: 'من: Bob\nتم الإرسال: 3 مارس 2026 16:05\nإلى: Ana\nالموضوع: Order 45',
  Vietnamese: 'Từ: Bob\nĐã gửi: 3 Tháng 3 2026 16:05\nĐến: Ana\nChủ đề: Order 45',
  Indonesian: 'Dari: Bob\nDikirim: Selasa, 3 Maret 2026 16:05\nKepada: Ana\nSubjek: Order 45',
  'values on lines of their own':
    'From:\nBob <bob@far.example>\nSent:\n3 March 2026 16:05\nTo:\nAna\nSubject:\nOrder 45',
  'bold names': '*From:* Bob <bob@far.example>\n*Sent:* 3 March 2026 16:05\n*To:* Ana\n*Subject:* Order 45',
  'on one line': 'From: Bob Sent: Tuesday, March 3, 2026 4:05 PM To: Ana Subject: Order 45',
  'several recipients': `From: Bob\nSent: 3 March 2026 16:05\nTo: Ana <ana@far.example>;\nEve <eve@far.example>;\nDan <dan@far.example>\nCc: Kim\nSubject: Order 45`,
};

test.each(Object.entries(blocks))('a header block folds in a reply and not in a forward: %s', (_, block) => {
  for (const rule of ['', '________________________________\n']) {
    const text = `See this.\n\n${rule}${block}\n\nWhere is it?`;
    expect(extractOwnText(text, 'reply')).toBe('See this.');
    expect(extractOwnText(text, 'forward')).toBe(text);
  }
});

test('what programs mark as quoted is forwarded content if the subject says so', () => {
  for (const text of [
    'See this.\n\n-----Original Message-----\nFrom: Bob\nSent: now\nTo: Ana\nSubject: Order\n\nWhere?',
    'See this.\n\nOn 3/3/26, 16:05, "Bob" <bob@far.example> wrote:\n\n    Where is it?',
    'See this.\n\nOn Tue, Mar 3, 2026 at 4:05 PM Bob <bob@far.example> wrote:\n> Where is it?',
    'See this.\n\n-------- Original Message --------\nSubject: Order\nFrom: Bob\n\nWhere is it?',
  ]) {
    expect(extractOwnText(text, 'forward')).toBe(text);
    expect(extractOwnText(text, 'reply')).toBe('See this.');
  }
  const rule =
    '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Bob<br><b>Sent:</b> now<br><b>To:</b> Ana<br><b>Subject:</b> Order</p></div>';
  for (const head of [
    `${rule}`,
    '<div id="divRplyFwdMsg"><b>From:</b> Bob<br><b>Sent:</b> now</div>',
    '<div class="moz-cite-prefix">On 3/3/26 16:05, Bob wrote:</div>',
    '<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: Bob</div></div>',
  ]) {
    const html = `<p>See this.</p><div class="gmail_signature">Kim</div>${head}<blockquote type="cite"><p>Where is it?</p></blockquote>`;
    expect(textFromHtml(foldHtml(html, 'forward') ?? html)).toMatch(/^See this\.(?!.*Kim).*Where is it\?$/s);
  }
});

test('a forwarded message within quoted history is history', () => {
  const history =
    '---------- Forwarded message ---------\nFrom: Bob\nDate: now\nSubject: s\nTo: Ana\n\nwords';
  for (const text of [
    `Thank you.\n\nOn 3 Mar 2026, at 16:05, Eve <eve@acme.example> wrote:\n\n> See this.\n>\n> ${history.replaceAll('\n', '\n> ')}`,
    `Thank you.\n\n${blocks.English}\n\nSee this.\n\n${history}`,
  ]) {
    expect(extractOwnText(text, 'reply')).toBe('Thank you.');
  }
});

test('own words after a signature are kept', () => {
  const quotation = 'On 3 Mar 2026, at 16:05, Bob <bob@acme.example> wrote:\n> Which color?';
  const signature = '-- \nAna\nFar Ltd';
  expect(extractOwnText(`${signature}\n\n${quotation}\n\nBlue.`)).toBe('Blue.');
  expect(extractOwnText(`Hello\n\n${signature}\n\nPS: Blue, please.\n\n${quotation}`)).toBe(
    'Hello\n\nPS: Blue, please.',
  );
  expect(extractOwnText(`${quotation}\n\nBlue.\n\n${signature}`)).toBe('Blue.');
  expect(extractOwnText(`Sent from my iPhone\n\n${quotation}\n\nBlue.`)).toBe('Blue.');
  for (const text of [`Hello\n\n${signature}`, `Hello\n\n${signature}\n\n${quotation}`])
    expect(
      foldText(text)
        .map((piece) => piece.text)
        .join('\n'),
    ).toBe(text);
});

test('the role of a message is told by its subject and header', () => {
  const role = (subject: string, more: Partial<Parameters<typeof messageRole>[0]> = {}) =>
    messageRole({ subject, inReplyTo: null, references: [], headers: [], text: null, ...more });
  for (const prefix of 'Fwd FW Fw WG TR RV ENC I VL VB PD İLT ilt ΠΡΘ Doorst FS Továbbítás TRS YML 转发 轉寄 전달 転送'.split(
    ' ',
  ))
    expect(role(`${prefix}: Order`, { inReplyTo: '<1@x>' }), prefix).toBe('forward');
  for (const subject of [
    'TR : Order',
    'FW: Re: Order',
    '[EXTERNAL] Fwd: Order',
    '*** EXT *** WG: Order',
    '转发：Order',
  ])
    expect(role(subject), subject).toBe('forward');
  for (const subject of [
    'Re: Order',
    'AW: WG: Order',
    'SV: Order',
    'RES: Order',
    'YNT: Order',
    'ΑΠ: Order',
    'Re[2]: Order',
    'Odp: Order',
    '[EXT] R: Order',
    '回复：Order',
  ])
    expect(role(subject), subject).toBe('reply');
  for (const subject of ['Order', 'Reading', 'I need: a lamp', '', 'Trouble: x', 'PDF: x']) {
    expect(role(subject), subject).toBe('new');
    expect(role(subject, { references: ['<1@x>'] }), subject).toBe('reply');
  }
  expect(role('VS: Order', { text: 'Fra: Bob\nSendt: now' })).toBe('forward');
  expect(role('VS: Order', { text: 'Lähettäjä: Bob' })).toBe('reply');
});
