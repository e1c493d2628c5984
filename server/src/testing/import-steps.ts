import { addMessage } from '../../../google-simulator/src/mail/messages.ts';
import { runImport } from '../inbound/import/import-messages.ts';
import { removeImport } from '../inbound/import/remove-import.ts';
import { openParser } from '../inbound/parse/parser.ts';
import {
  changeImport,
  type ImportAction,
  type ImportScope,
  importsOf,
  startImport,
} from '../mailboxes/imports.ts';
import { type createMailFlowFixture, only } from './mail-flow-fixture.ts';

type Fixture = Awaited<ReturnType<typeof createMailFlowFixture>>;

const support = 'support@acme.example';
const dayMs = 24 * 3_600_000;
const never = new AbortController().signal;

export type OlderMail = {
  /** Its subject, and its Message-ID at far.example. */
  id: string;
  /** When Gmail accepted it. */
  daysAgo?: number;
  from?: string;
  to?: string;
  inReplyTo?: string;
  labels?: string[];
  threadId?: string;
  account?: string;
  body?: string;
};

/** Older mail in Gmail, and its imports (G1), run step by step. */
export function createImportSteps(fixture: Fixture) {
  const parser = openParser();
  const ofImport = (mailboxId: string, importId: string) => ({
    instanceId: fixture.instanceId,
    mailboxId,
    importId,
  });
  type Ref = ReturnType<typeof ofImport>;
  const change = (ref: Ref, action: ImportAction) =>
    fixture.read((tx) => changeImport(tx, { ...ref, action }, fixture.admin.actor, new Date()));
  return {
    parser,
    close: () => parser.close(),
    change,
    /** A message that Gmail accepted before the connection, so that its history does not have it; returns its ids. */
    older({
      id,
      daysAgo = 5,
      inReplyTo,
      threadId,
      labels = ['INBOX'],
      account = support,
      ...more
    }: OlderMail) {
      const { from = 'Ana <ana@far.example>', body = `The text of ${id}` } = more;
      const { to = from === account ? 'ana@far.example' : account } = more;
      const raw = [
        `From: ${from}`,
        `To: ${to}`,
        `Subject: ${id}`,
        `Message-ID: <${id}@far.example>`,
        ...(inReplyTo ? [`In-Reply-To: <${inReplyTo}@far.example>`] : []),
        '',
        body,
      ].join('\r\n');
      return addMessage(fixture.google.simulator, account, {
        raw: Buffer.from(raw),
        labels,
        internalDate: Date.now() - daysAgo * dayMs,
        threadId,
        inHistory: false,
      });
    },
    async start(scope: ImportScope = { by: 'days', days: 30 }, mailboxId = fixture.mailboxId): Promise<Ref> {
      const { id } = await fixture.read((tx) =>
        startImport(tx, mailboxId, scope, fixture.admin.actor, new Date()),
      );
      return ofImport(mailboxId, id);
    },
    run: (ref: Ref, signal = never) => runImport({ ...fixture.needs, parser }, ref, signal),
    /** Removes what it brought in. */
    async remove(ref: Ref) {
      await change(ref, 'remove');
      await removeImport(fixture.needs, ref, never);
    },
    stateOf: async ({ mailboxId, importId }: Ref) =>
      only(
        (await fixture.read((tx) => importsOf(tx, mailboxId, { limit: 100 }))).rows.filter(
          ({ id }) => id === importId,
        ),
      ),
  };
}
