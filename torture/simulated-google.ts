import type { Fault, FaultKind } from '../google-simulator/src/faults.ts';
import type { LedgerEntry } from '../google-simulator/src/mail/ledger.ts';

export type { LedgerEntry };

/** A message as the simulated Gmail holds it. */
export type GmailMessage = {
  id: string;
  threadId: string;
  internalDate: number;
  rfcMessageId: string | null;
  subject: string;
  labels: string[];
};

/** The simulated Google's control API and webmail, for tests. */
export type SimulatedGoogle = ReturnType<typeof connectToSimulator>;

/** `url`: the simulator's. */
export function connectToSimulator(url: string) {
  async function request(method: string, target: string, body?: unknown): Promise<Response> {
    const answer = await fetch(`${url}${target}`, {
      method,
      redirect: 'manual',
      ...(body !== undefined && {
        body: body instanceof FormData ? body : JSON.stringify(body),
        ...(!(body instanceof FormData) && { headers: { 'content-type': 'application/json' } }),
      }),
    });
    if (answer.status >= 400) throw new Error(`${method} ${target}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
  const control = async (name: string, body: object) => {
    await request('POST', `/control/${name}`, body);
  };
  const ledger: LedgerEntry[] = [];
  let reading = Promise.resolve();

  return {
    url,
    control,
    fault: (fault: Partial<Fault> & Pick<Fault, 'kind'>) => control('faults', fault),
    /** Whether a fault of this kind waits for a call. */
    async hasFault(kind: FaultKind): Promise<boolean> {
      const answer = await request('GET', '/control/faults');
      return ((await answer.json()) as { faults: Fault[] }).faults.some((fault) => fault.kind === kind);
    },
    clearFaults: async () => {
      await request('DELETE', '/control/faults');
    },
    /** Gmail answers every call about this message with a fault, until it is cured. */
    poison: (messageId: string, kind: FaultKind) => control('message-faults', { message: messageId, kind }),
    /** The next call about this message gets no response. */
    hangOnce: (messageId: string) =>
      control('message-faults', { message: messageId, kind: 'hang', times: 1 }),
    /** Whether that call is still to come. */
    async hangs(messageId: string): Promise<boolean> {
      const answer = await request('GET', '/control/message-faults');
      const { faults } = (await answer.json()) as { faults: Array<{ message: string }> };
      return faults.some(({ message }) => message === messageId);
    },
    cure: async (messageId: string) => {
      await request('DELETE', `/control/message-faults?message=${encodeURIComponent(messageId)}`);
    },
    /** A message from outside arrives. */
    deliver: (from: string, to: string[], raw: Buffer) =>
      control('deliver', { from, to, raw: raw.toString('base64') }),

    /** An account sends a message, as a web form does that has its password. */
    sendAs: (account: string, raw: Buffer) => control('send', { account, raw: raw.toString('base64') }),

    /** Reads new entries of the ledger; returns all entries so far, oldest first. */
    async ledger(): Promise<readonly LedgerEntry[]> {
      reading = reading.then(async () => {
        const answer = await request('GET', `/control/ledger?after=${ledger.at(-1)?.seq ?? 0}`);
        ledger.push(...((await answer.json()) as { entries: LedgerEntry[] }).entries);
      });
      await reading;
      return ledger;
    },
    async messagesOf(account: string): Promise<GmailMessage[]> {
      const answer = await request('GET', `/control/mailboxes/${account}/messages`);
      return ((await answer.json()) as { messages: GmailMessage[] }).messages;
    },
    async rawOf(account: string, gmailId: string): Promise<Buffer> {
      const answer = await request('GET', `/control/mailboxes/${account}/messages/${gmailId}/raw`);
      return Buffer.from(await answer.arrayBuffer());
    },

    /** Writes and sends in an account's webmail; `reply` is the id of the message answered. */
    async write(account: string, fields: { to: string; subject: string; text: string; reply?: string }) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append('html', `<p>${fields.text}</p>`);
      await request('POST', `/mail/${account}/send`, form);
    },
    /** Presses a button of the webmail for a whole thread. */
    async applyAction(
      account: string,
      folder: 'inbox' | 'spam' | 'trash',
      threadId: string,
      action: 'spam' | 'not-spam' | 'trash' | 'restore' | 'delete',
    ) {
      await request('POST', `/mail/${account}/${folder}/${threadId}/${action}`);
    },
  };
}
