import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRenderer } from '../templates/renderer.ts';
import { createMailFlowFixture } from '../testing/mail-flow-fixture.ts';
import { addRecipients, createBulk } from './bulk-drafts.ts';
import { parseRecipientList } from './parse-recipient-list.ts';
import { prepareBulkPreview, renderBulkPreview } from './preview-bulk.ts';

let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
const renderer = openRenderer();
beforeAll(async () => {
  fixture = await createMailFlowFixture();
});
afterAll(async () => {
  await renderer.close();
  await fixture?.close();
});

test('the preview has the signature, the defaults, and the link to unsubscribe last', async () => {
  const id = uuid();
  const { instanceId, admin, mailboxId } = fixture;
  const author = { id: admin.actor.id, name: 'Alex', email: 'alex@acme.example' };
  const [prepared, again] = await fixture.read(async (tx) => {
    await tx.sql
      .insertInto('userSetting')
      .values({ instanceId, userId: author.id, signatureHtml: '<p>Alex of Acme</p>' })
      .execute();
    const content = { mailboxId, subject: 'News', html: '<p>Hello {{firstName|there}}</p>' };
    await createBulk(tx, id, content, admin.actor);
    const { listed } = parseRecipientList('email,language\nc@far.example,fr');
    await addRecipients(tx, id, listed, admin.actor);
    const what = { position: 1, viewer: author, url: 'https://post.example' };
    return [await prepareBulkPreview(tx, id, what), await prepareBulkPreview(tx, id, what)] as const;
  });
  const preview = await renderBulkPreview(renderer, prepared);
  expect((await renderBulkPreview(renderer, again)).html, 'prepared once more').toBe(preview.html);
  expect(prepared.unknown).toEqual([]);
  expect(preview.html.replace(/<title>.*<\/title>|<[^>]*>/g, ' ')).toMatch(
    /^\s*Hello there\s+Alex of Acme\s+Se désabonner\s*$/,
  );
});

test('fields that are empty for customers are counted, unless they have a default', async () => {
  const id = uuid();
  const { admin, mailboxId } = fixture;
  const author = { id: admin.actor.id, name: 'Alex', email: 'alex@acme.example' };
  const prepared = await fixture.read(async (tx) => {
    const html = '<p>{{firstName}} {{name|there}} {{Order no}} {{email}} {{gone}}</p>';
    await createBulk(tx, id, { mailboxId, subject: 'News', html }, admin.actor);
    const list = 'email,name,order_no\na@far.example,Ana,1\nb@far.example,,2\nc@far.example,, ';
    await addRecipients(tx, id, parseRecipientList(list).listed, admin.actor);
    return prepareBulkPreview(tx, id, { position: 1, viewer: author, url: 'https://post.example' });
  });
  expect(prepared.unknown).toEqual(['gone']);
  expect(prepared.emptyFields).toEqual([
    { field: 'firstName', customers: 2 },
    { field: 'Order no', customers: 1 },
  ]);
});
