import fc from 'fast-check';
import { Parser } from 'htmlparser2';
import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { fillPlaceholders } from '../../../../web/src/features/composer/form/placeholders.ts';
import { escapeForHtml, mailMerge, toSingleLine } from '../../bulk/mail-merge.ts';
import { unsubscribeHeaders } from '../../bulk/unsubscribe.ts';
import { composeMime } from '../../mail/compose/compose-mime.ts';
import { cleanHtml } from '../../mail/html/clean-html.ts';
import { checkRecipient } from '../../mail/mime/addresses.ts';
import { readMimeTree } from '../../mail/mime/mime-tree.ts';
import { renderTemplate } from '../../templates/render-template.ts';
import { buildTemplateData } from '../../templates/template-data.ts';
import { quoteHistory } from './quoted-history.ts';

/** Names and texts that try to break out of their place, rendered completely: they stay text. */

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom(
        ...[
          '{{user.email}}',
          '{{{draft.htmlBody}}}',
          '{{#each @root}}x{{/each}}',
          '{{> x}}',
          '{{',
          '}}',
          '\\{{',
        ],
        ...[
          '<script>',
          '</body></html>',
          '<img src=x onerror=y>',
          '"><b>',
          "'",
          '&lt;',
          '&#60;b&#62;',
          '<!--',
        ],
        ...[
          '\r\n',
          '\n',
          '\r\nBcc: evil@example.net',
          ', evil@example.net',
          '<evil@example.net>',
          '\u2028',
          '\0',
        ],
        ...['=?utf-8?q?=0D=0ABcc:_evil@example.net?=', '$&', '$1', '__proto__', 'x'.repeat(1_100)],
      ),
    ),
    { maxLength: 5 },
  )
  .map((pieces) => pieces.join(''));

const template =
  '<html><head><style>.x{color:red}</style></head><body><h1 class="x">{{customer.name}}</h1>{{draft.htmlBody}}<p title="{{conversation.subject}}">{{user.name}} {{message.subject}} {{customer.email}}</p></body></html>';

/** The elements of an HTML text, with the names of their attributes. */
function elements(html: string): string[] {
  const found: string[] = [];
  const parser = new Parser({
    onopentag: (name, attributes) => found.push(`${name} ${Object.keys(attributes).sort().join(' ')}`.trim()),
    oncomment: () => found.push('comment'),
  });
  parser.end(html);
  return found;
}

const fields = (raw: Buffer) => readMimeTree(raw).fields.map(({ name }) => name.toLowerCase());
const addressesOf = (list: Awaited<ReturnType<typeof simpleParser>>['to']) =>
  [list].flat().flatMap((one) => one?.value.map(({ address }) => address) ?? []);

const reader = { language: 'en', utcOffset: null };

test('no value adds a header, recipient, element or template expression', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, hostile, async (name, subject, text, email) => {
      const html = cleanHtml(`<p>${text}</p>`);
      const data = await buildTemplateData({
        reader: async () => reader,
        author: { name, email, signature: '' },
        customer: { id: '1', name, email },
        conversation: { id: '2', subject, status: 'open' },
        message: { id: '3', subject, sentAt: new Date(0) },
        content: { bodyHtml: html, bodyText: text, ownHtml: null, ownText: null },
        template,
      });
      const filled = renderTemplate(template, data);
      // The elements of the draft and the template, and none of a value.
      const expected = elements(
        renderTemplate(
          template,
          await buildTemplateData({
            reader: async () => reader,
            author: { name: 'N', email: 'e', signature: '' },
            customer: { id: '1', name: 'N', email: 'e' },
            conversation: { id: '2', subject: 's', status: 'open' },
            message: { id: '3', subject: 's', sentAt: new Date(0) },
            content: { bodyHtml: html, bodyText: text, ownHtml: null, ownText: null },
            template,
          }),
        ).html,
      );
      expect(elements(filled.html)).toEqual(expected);
      const earlier = { name, address: email, sentAt: new Date(0), utcOffset: null, text, html: null };
      const history = quoteHistory({ emails: [earlier], more: false, reader });
      const body = renderTemplate(template, data, history);
      const plainEmail = { ...earlier, name: 'N', address: 'e', text: 'w' };
      const quoted = quoteHistory({ emails: [plainEmail], more: false, reader });
      // Lines, and quotations in the text.
      const others = (list: string[]) =>
        list.filter((element) => element !== 'br' && element !== 'blockquote style type').sort();
      expect(others(elements(body.html))).toEqual(others([...expected, ...elements(quoted!.html)]));

      const raw = await composeMime({
        from: { name, address: 'support@acme.example' },
        replyTo: { name, address: 'support@acme.example' },
        to: [{ name, address: 'ana@example.com' }],
        cc: [],
        bcc: [],
        subject,
        ...body,
        inReplyTo: email,
        references: [email],
        headers: {
          'X-Postroom-Delivery': name,
          ...unsubscribeHeaders(subject, { url: 'https://acme.example', address: 'support@acme.example' }),
        },
        date: new Date(),
      });
      const known = [
        ...['from', 'reply-to', 'to', 'subject', 'in-reply-to', 'references', 'x-postroom-delivery'],
        ...[
          'list-unsubscribe',
          'list-unsubscribe-post',
          'message-id',
          'date',
          'mime-version',
          'content-type',
        ],
      ];
      expect(fields(raw).filter((field) => !known.includes(field))).toEqual([]);
      const mail = await simpleParser(raw);
      expect(addressesOf(mail.to)).toEqual(['ana@example.com']);
      expect(mail.cc).toBeUndefined();
      expect(mail.bcc).toBeUndefined();
      expect(mail.from?.value.map(({ address }) => address)).toEqual(['support@acme.example']);
    }),
    { numRuns: 150 },
  );
}, 120_000);

test('no list field and no saved-reply placeholder does either', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, async (name, value, email) => {
      const written =
        '<p>Dear {{name}}, <a href="https://acme.example/{{order}}">{{ order }}</a> {{email}}</p>';
      const listed = { name, email, fields: { order: value, name: value, __proto__: value } };
      const merged = mailMerge(written, listed, escapeForHtml);
      expect(elements(merged)).toEqual(['p', 'a href']);
      // Fields are replaced once: a field inside a value stays text.
      const plain = { ...listed, name: '', email: '', fields: { order: '' } };
      const rest = mailMerge(written, plain, escapeForHtml);
      expect(rest).not.toContain('{{');
      const subject = toSingleLine(mailMerge('Order {{order}} for {{name}}', listed, toSingleLine));
      const shortcut = fillPlaceholders(
        '<p>Hi {{customer.name}} {{conversation.subject}} {{user.name}}</p>',
        {
          'customer.name': name,
          'customer.firstName': name,
          'customer.email': email,
          'user.name': value,
          'conversation.subject': value,
        },
      );
      expect(elements(cleanHtml(shortcut))).toEqual(['p']);
      // Both then are in a draft, and the draft in a template.
      const html = cleanHtml(merged) + cleanHtml(shortcut);
      const draft = { htmlBody: html, textBody: '' };
      const filled = renderTemplate('{{draft.htmlBody}}', { draft, user: {} } as Parameters<
        typeof renderTemplate
      >[1]);
      expect(elements(filled.html)).toEqual(elements(html));
      const recipient = checkRecipient(email);
      const to = recipient.kind === 'ok' ? recipient.recipient : { name: '', address: 'ana@example.com' };
      const raw = await composeMime({
        from: { name: 'Acme', address: 'support@acme.example' },
        replyTo: null,
        to: [to],
        cc: [],
        bcc: [],
        subject,
        ...filled,
        inReplyTo: null,
        references: [],
        headers: {},
        date: new Date(),
      });
      expect(fields(raw).filter((field) => /^(cc|bcc|reply-to|x-)/.test(field))).toEqual([]);
      expect(addressesOf((await simpleParser(raw)).to)).toHaveLength(1);
    }),
    { numRuns: 150 },
  );
}, 120_000);
