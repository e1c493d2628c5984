import { PNG } from 'pngjs';

/** A red PNG of 120 × 80 pixels, in Base64. */
export const redPicture = redPng().toString('base64');

function redPng(): Buffer {
  const png = new PNG({ width: 120, height: 80, colorType: 2 });
  for (let at = 0; at < png.data.length; at += 4) png.data.writeUInt32BE(0xc03030ff, at);
  return PNG.sync.write(png);
}

export type Fragment = {
  from: string;
  html: string;
  rtf?: string;
  /** What the saved draft has, in this order. */
  kept: RegExp;
  /** What it does not have. */
  gone?: RegExp;
  /** The line under the editor; none unless given. */
  notice?: RegExp;
};

const office =
  'xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns:x="urn:schemas-microsoft-com:office:excel"';
const hexOfPicture = Buffer.from(redPicture, 'base64').toString('hex');
const dataUrl = `data:image/png;base64,${redPicture}`;
/** One cell of a saved table, by its text. */
const cell = (text: string) => `<t[dh][^>]*><p[^>]*>(?:<[^>]*>)*${text}(?:</[^>]*>)*</p></t[dh]>`;
const inOrder = (...parts: string[]) => new RegExp(parts.join('[^]*?'));

/** What programs put on the clipboard, in the form that each writes. */
export const fragments: Fragment[] = [
  {
    from: 'Word: title, bold text, a table',
    html: `<html ${office}><head><style><!-- p.MsoNormal {margin:0cm; font-size:11.0pt; font-family:"Calibri",sans-serif;} h1 {color:#2F5496; font-size:16.0pt;} .Warn {color:#C00000;} @page WordSection1 {size:595.3pt 841.9pt;} --></style></head><body lang=EN-GB><!--StartFragment-->
      <h1>Prices<o:p></o:p></h1><p class=MsoNormal>These are <b style='mso-bidi-font-weight:normal'>new</b> and <span class=Warn>final</span>.<span style='display:none;mso-hide:all'>draft 3</span><o:p></o:p></p>
      <table class=MsoTableGrid border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse;mso-yfti-tbllook:1184'><tr style='mso-yfti-irow:0'><td width=200 valign=top style='width:150.0pt;border:solid windowtext 1.0pt;background:#D9E2F3;mso-background-themecolor:accent1'><p class=MsoNormal>Item<o:p></o:p></p></td><td style='border:solid windowtext 1.0pt'><p class=MsoNormal align=right style='text-align:right'>Price<o:p></o:p></p></td></tr>
      <tr><td><p class=MsoNormal>Tea<o:p></o:p></p></td><td><p class=MsoNormal align=right style='text-align:right'>3.00<o:p></o:p></p></td></tr></table><!--EndFragment--></body></html>`,
    kept: inOrder(
      '<h1><span style="color:#2f5496">Prices</span></h1>',
      '<strong>new</strong>',
      '<span style="color:#c00000">final</span>',
      '<table style="border-collapse:collapse;border:1px solid #b8b8b8">',
      '<td style="border:1px solid #b8b8b8;[^"]*background-color:#d9e2f3[^"]*"><p style="margin:0">',
      'Item',
      'text-align:right[^>]*>Price',
      cell('Tea'),
      'text-align:right[^>]*>3.00',
    ),
    gone: /mso|Mso|windowtext|Calibri|draft 3|o:p/,
  },
  {
    from: 'Word: a list of two levels and a numbered one',
    html: `<html ${office}><body><p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>one<o:p></o:p></p>
      <p class=MsoListParagraphCxSpMiddle style='margin-left:72.0pt;mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o<span>&nbsp;&nbsp; </span></span>inner<o:p></o:p></p>
      <p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp; </span></span>two<o:p></o:p></p>
      <p class=MsoNormal>then</p><p class=MsoNormal style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>3.<span>&nbsp; </span></span>third<o:p></o:p></p></body></html>`,
    kept: inOrder(
      '<ul><li><p>one</p><ul><li><p>inner</p></li></ul></li><li><p>two</p></li></ul>',
      '<p>then</p>',
      '<ol start="3"><li><p>third</p></li></ol>',
    ),
    gone: /·|mso|>o</,
  },
  {
    from: 'Word: a picture whose bytes are in the rich text',
    html: `<html ${office}><body><p class=MsoNormal>See <!--[if gte vml 1]><v:shape id="p1"><v:imagedata src="file:///C:/Temp/clip_image001.png" o:title=""/></v:shape><![endif]--><![if !vml]><img width=24 height=24 src="file:///C:/Temp/clip_image002.png" v:shapes="p1"><![endif]><o:p></o:p></p></body></html>`,
    rtf: `{\\rtf1\\ansi{\\*\\shppict{\\pict{\\*\\picprop{\\sp{\\sn wzName}{\\sv dot}}}\\picscalex100\\picw317\\pngblip\\bliptag-157{\\*\\blipuid 0123456789abcdef0123456789abcdef}\n${hexOfPicture.replace(/.{64}/g, '$&\n')}}}{\\nonshppict{\\pict\\wmetafile8 010009}}}`,
    kept: /See <img src="cid:[\w-]+@postroom" width="24"/,
    gone: /file:|upload:/,
  },
  {
    from: 'Word: a picture that is not in the clipboard',
    html: '<p class=MsoNormal>Here: <img src="file:///C:/Temp/clip_image001.png"></p>',
    kept: /<p>Here: ?<\/p>/,
    gone: /<img/,
    notice: /Left out of what you pasted: pictures that the clipboard does not contain\./,
  },
  {
    from: 'Excel: styles of classes, numbers at the right, a merged cell',
    html: `<html ${office}><head><style><!--table {mso-displayed-decimal-separator:"\\."; mso-displayed-thousand-separator:"\\,";} td {padding-top:1px; color:black; font-size:11.0pt; font-weight:400; font-family:Calibri, sans-serif; text-align:general; vertical-align:bottom; white-space:nowrap;} .xl65 {color:white; font-weight:700; background:#4472C4; mso-pattern:black none;} .xl66 {mso-number-format:Fixed; text-align:right;} --></style></head><body link="#0563C1"><table border=0 cellpadding=0 cellspacing=0 width=128 style='border-collapse:collapse;width:96pt'><!--StartFragment--><col width=64 span=2 style='width:48pt'><tr height=20><td colspan=2 class=xl65 width=128>Drinks</td></tr><tr height=20><td height=20>Tea</td><td class=xl66 align=right>3.00</td></tr><tr height=20><td>Coffee</td><td class=xl66 align=right>4.00</td></tr><!--EndFragment--></table></body></html>`,
    kept: inOrder(
      '<td colspan="2" style="[^"]*background-color:#4472c4[^"]*"><p[^>]*><span style="color:#ffffff"><strong>Drinks</strong></span></p></td>',
      cell('Tea'),
      '<td style="[^"]*text-align:right[^"]*"><p[^>]*>3.00</p></td>',
      cell('Coffee'),
    ),
    gone: /xl6|mso|Calibri|StartFragment/,
  },
  {
    from: 'Google Docs: normal text in a b element, a nested list, a highlight',
    html: `<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1a2b"><h2 dir="ltr" style="line-height:1.38;"><span style="font-size:16pt;font-family:Arial,sans-serif;color:#000000;background-color:transparent;font-weight:400;">Delivery</span></h2><p dir="ltr"><span style="font-size:11pt;font-family:Arial,sans-serif;color:#000000;background-color:#ffff00;font-weight:700;vertical-align:baseline;white-space:pre-wrap;">Monday</span><span style="font-size:11pt;font-family:Arial,sans-serif;color:#000000;font-weight:400;font-style:italic;text-decoration:line-through;vertical-align:baseline;"> or Tuesday</span></p><ul style="padding-inline-start:48px;"><li dir="ltr" style="list-style-type:disc;" aria-level="1"><p dir="ltr" role="presentation"><span>tea</span></p></li><ul><li dir="ltr" aria-level="2"><p role="presentation"><span>green</span></p></li></ul></ul></b>`,
    kept: inOrder(
      '<h2>Delivery</h2>',
      '<span style="color:#000000;background-color:#ffff00"><strong>Monday</strong></span>',
      '<em><s> or Tuesday</s></em>',
      '<ul><li><p>tea</p><ul><li><p>green</p></li></ul></li></ul>',
    ),
    gone: /docs-internal|Arial|<b>/,
  },
  {
    from: 'Google Sheets: a table with a border',
    html: `<google-sheets-html-origin><style type="text/css"><!--td {border: 1px solid #cccccc;}br {mso-data-placement:same-cell;}--></style><table xmlns="http://www.w3.org/1999/xhtml" cellspacing="0" cellpadding="0" dir="ltr" border="1" style="table-layout:fixed;font-size:10pt;width:0px;border-collapse:collapse" data-sheets-root="1"><colgroup><col width="100"/><col width="100"/></colgroup><tbody><tr style="height:21px;"><td style="overflow:hidden;padding:2px 3px;font-weight:bold;">Item</td><td style="font-weight:bold;text-align:right;">Price</td></tr><tr><td>Tea</td><td style="text-align:right;">3</td></tr></tbody></table>`,
    kept: inOrder('<table', cell('Item'), cell('Price'), cell('Tea'), cell('3'), '</table>'),
    gone: /sheets|<col|fixed/,
  },
  {
    from: 'Excel: one cell',
    html: `<html ${office}><body><table border=0><!--StartFragment--><tr height=20><td height=20>only me</td></tr><!--EndFragment--></table></body></html>`,
    kept: /^<p>only me<\/p>$/,
  },
  {
    from: 'Outlook: a signature beside a logo, with a cid: picture of another message',
    html: `<html ${office}><body><div class=WordSection1><p class=MsoNormal><span lang=EN-US style='font-size:11.0pt;color:#1F497D'>Regards<o:p></o:p></span></p><table class=MsoNormalTable border=0 cellpadding=0 role=presentation><tr><td><img width=60 src="cid:image001.png@01DB2F3C.5A6B7C80" alt="Logo"></td><td><p class=MsoNormal><b>Jo Reed</b><o:p></o:p></p><p class=MsoNormal><a href="mailto:jo@acme.example"><span style='color:#0563C1'>jo@acme.example</span></a></p></td></tr></table></div></body></html>`,
    kept: inOrder(
      '<span style="color:#1f497d">Regards</span>',
      '<p><strong>Jo Reed</strong></p>',
      '<a [^>]*href="mailto:jo@acme.example"[^>]*>jo@acme.example</a>',
    ),
    gone: /<table|<img|cid:/,
    notice: /pictures that the clipboard does not contain/,
  },
  {
    from: 'a web page: dark colors, a video, a form, a picture that counts readers',
    html: `<meta charset='utf-8'><div style="background-color: rgb(17, 17, 17); color: rgb(238, 238, 238); font-family: Inter;"><section><h4 style="color: rgb(238, 238, 238);">How it works</h4><p>Press <kbd>Ctrl</kbd> and <code>x</code>. <span style="color: rgb(255, 99, 71);">Careful</span>, H<sub>2</sub>O.</p><video src="https://web.example/a.mp4"></video><input value="search"><svg width="16"><path d="M0 0"/></svg><img src="https://web.example/t.gif" width="1" height="1"></section><section><p>Second<span style="display:none">hidden</span></p></section><hr></div>`,
    kept: inOrder(
      '<h3>How it works</h3>',
      '<code[^>]*>Ctrl</code>',
      '<code[^>]*>x</code>',
      '<span style="color:#ff6347">Careful</span>',
      'H<sub>2</sub>O',
      '<p>Second</p>',
      '<hr />',
    ),
    gone: /hidden|t\.gif|video|#eeeeee|#111111/,
    notice: /Left out of what you pasted: videos and sounds and form fields\./,
  },
  {
    from: 'a web page: a picture that stays there, fonts and sizes',
    html: '<p style="font-family: Georgia; font-size: 20px">Big <span style="font-size: 12px">small</span></p><p><img src="https://pictures.example/lamp.png" alt="A lamp" width="200"> <img alt="😀" src="https://pictures.example/emoji.png"></p>',
    kept: inOrder(
      '<p>Big small</p>',
      '<img src="https://pictures.example/lamp.png" alt="A lamp" width="200"',
      '😀',
    ),
    gone: /Georgia|font-size|emoji\.png/,
    notice: /fonts and text sizes\. The recipient’s mail program loads the pictures of pictures\.example/,
  },
  {
    from: 'an editor of code',
    html: `<meta charset='utf-8'><div style="color: #cccccc;background-color: #1f1f1f;font-family: Menlo, Monaco, 'Courier New', monospace;font-weight: normal;font-size: 12px;line-height: 18px;white-space: pre;"><div><span style="color: #569cd6;">const</span><span style="color: #cccccc;"> a = </span>1;</div><div>  b();</div></div>`,
    kept: /<pre style="[^"]*white-space:pre-wrap[^"]*"><code>const a = 1;\n {2}b\(\);<\/code><\/pre>/,
    gone: /#cccccc|#569cd6/,
  },
  {
    from: 'a page with pictures in its text',
    html: `<p>One <img src="${dataUrl}" alt="dot" style="width: 24px"> two <img src="data:image/svg+xml;utf8,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="20" height="20" fill="green"/></svg>')}"></p>`,
    kept: /One <img src="cid:[\w-]+@postroom" alt="dot" width="24"[^>]*> two <img src="cid:[\w-]+@postroom"/,
    gone: /data:|upload:/,
  },
  {
    from: 'something that wants to run',
    html: '<p onclick="x()">Hi<script>x()</script><a href="javascript:x()">there</a></p><table onmouseover="x()"><tr><td style="background:url(https://a.example/a.png)">a</td><td>b</td></tr></table><iframe src="https://a.example/"></iframe>',
    kept: inOrder('Hi', 'there', cell('a'), cell('b')),
    gone: /x\(\)|javascript|url\(|iframe/,
    notice: /embedded pages/,
  },
];
