import type { Trial } from './trials.ts';

/** A change of one line of a module. `file`: below server/src. */
type Edit = { file: string; from: string; to: string };

/**
 * A fault that a run must find. `trials`: those in which it shows. `finds`: what the run must say. The faults exist in
 * the processes of a self-test only (hooks/plant.ts).
 */
export type PlantedFault = {
  name: string;
  edits: Edit[];
  trials: Trial[];
  finds: RegExp;
};

export const plantedFaults: PlantedFault[] = [
  {
    name: 'every message is sent without its text',
    edits: [
      {
        file: 'outbound/render/render.ts',
        from: 'const body = await renderBody(renderer, sendData);',
        to: "await renderBody(renderer, sendData); const body = { html: '', text: '' };",
      },
    ],
    trials: ['undisturbed'],
    finds: /was sent with the text/,
  },
  {
    name: 'every message is sent without Cc',
    edits: [{ file: 'outbound/render/load-send-data.ts', from: 'cc: recipients.cc,', to: 'cc: [],' }],
    trials: ['undisturbed'],
    finds: /was sent with the recipients/,
  },
  {
    name: 'sent messages lose their files',
    edits: [
      {
        file: 'outbound/render/load-send-data.ts',
        from: '...(row.hasFiles ? await read((tx) => attachmentsOf(tx, messageId)) : []),',
        to: '',
      },
    ],
    trials: ['undisturbed'],
    finds: /was sent with the files/,
  },
  {
    name: 'every message is sent in a thread of its own',
    edits: [
      {
        file: 'outbound/send/deliver.ts',
        from: 'threadId: thread.value',
        to: 'threadId: null',
      },
    ],
    trials: ['undisturbed'],
    finds: /was sent in the thread/,
  },
  {
    name: 'every text is stored empty',
    edits: [{ file: 'inbound/store/write-changes.ts', from: 'bodyText: parsed.text,', to: "bodyText: ''," }],
    trials: ['undisturbed'],
    finds: /is stored with the text/,
  },
  {
    name: 'received messages lose their files',
    edits: [
      { file: 'inbound/store/write-changes.ts', from: '...writeAttachments(instanceId, changes),', to: '' },
    ],
    trials: ['undisturbed'],
    finds: /is stored with the files/,
  },
  {
    name: 'replies open conversations of their own',
    edits: [
      {
        file: 'inbound/decide/find-conversation.ts',
        from: 'const conversationId = chooseBetween(message, direction, context, byThread);',
        to: 'const conversationId = null;',
      },
    ],
    trials: ['undisturbed'],
    finds: /is in \d+ conversations/,
  },
  {
    name: 'the newest message of a conversation is sent first',
    edits: [
      {
        file: 'outbound/send/claim.ts',
        from: ".orderBy('delivery.sendAfter')",
        to: ".orderBy('delivery.sendAfter', 'desc')",
      },
    ],
    trials: ['queue'],
    finds: /was sent before an earlier one/,
  },
  {
    name: 'two processes send from a conversation at once',
    edits: [
      {
        file: 'outbound/send/deliver.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
        from: 'await locks.tryLock(`send ${conversationId}`, async (lockLost) => {',
        to: 'void locks; await (async (run) => run(new AbortController().signal))(async (lockLost) => {',
      },
    ],
    trials: ['executed late'],
    finds: /was sent \d+ times/,
  },
  {
    name: 'a failed look in Sent makes the delivery certain',
    edits: [
      {
        file: 'outbound/send/delivery-failure.ts',
        from: 'uncertainSince: uncertain || stillUncertain ? startedAt : null',
        to: 'uncertainSince: uncertain ? startedAt : null',
      },
    ],
    trials: ['search fails'],
    finds: /was sent \d+ times/,
  },
  {
    name: 'the answer of a proxy counts as not sent',
    edits: [
      {
        file: 'google/errors.ts',
        from: "if (!errorBody.fromGoogle) return retryFailure('unexpected-answer', true);",
        to: "if (!errorBody.fromGoogle) return retryFailure('unexpected-answer', false);",
      },
    ],
    trials: ['response replaced'],
    finds: /was sent \d+ times/,
  },
  {
    name: 'Sent is not searched after a crash',
    edits: [{ file: 'outbound/send/deliver.ts', from: 'if (delivery.mayBeSent) {', to: 'if (false) {' }],
    trials: ['accepted'],
    finds: /was sent \d+ times/,
  },
  {
    name: 'Sent is not searched after a restore',
    edits: [
      {
        file: 'outbound/send/claim.ts',
        from: "sentBeforeStart.mustSearch({ instanceId, mailboxId, messageId, writtenAt }) && 'before-start'",
        to: 'false',
      },
    ],
    trials: ['restored'],
    finds: /was sent \d+ times/,
  },
  {
    name: 'the cursor moves before the messages are stored',
    edits: [
      {
        file: 'inbound/sync/partial-sync.ts',
        from: 'const received = await receive(',
        to: 'await advanceCursor(deps.database, mailbox, nextStartHistoryId); const received = await receive(',
      },
    ],
    trials: ['fetching'],
    finds: /not stored/,
  },
  {
    name: 'a message that is read again is stored again',
    edits: [
      {
        file: 'inbound/fetch/receive.ts',
        from: 'const missing = new Set(notAmong(gmailIds, storedRows));',
        to: 'void storedRows; const missing = new Set(gmailIds);',
      },
      {
        file: 'inbound/store/store-messages.ts',
        from: 'claimedIds: new Set(claimed.map(({ gmailId }) => gmailId)),',
        to: 'claimedIds: new Set((void claimed, messages).map(({ fetched }) => fetched.gmailId)),',
      },
    ],
    trials: ['stored'],
    finds: /is stored \d+ times|belongs to no Gmail message/,
  },
];

/** The source with the edits; throws if a line to change is not there exactly once. */
export function plantIn(source: string, edits: Edit[]): string {
  return edits.reduce((text, { file, from, to }) => {
    if (text.split(from).length !== 2) throw new Error(`${file} does not have this line once: ${from}`);
    return text.replace(from, () => to);
  }, source);
}
