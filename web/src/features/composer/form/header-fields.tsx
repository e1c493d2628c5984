import { Select, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { Sender } from '../../../api/client.ts';
import { words } from '../../../words/words.ts';
import type { Words } from '../draft/stored-draft.ts';
import type { DraftKind } from '../draft/use-draft.ts';
import styles from '../styles/composer.module.css';
import { Line, Recipients } from './recipient-field.tsx';

/** The head of a message: who it is from, whom it goes to, what it is about. */
export function Fields({
  instanceId,
  kind,
  senders,
  chosen,
  value,
  edit,
}: {
  instanceId: string;
  kind: DraftKind;
  senders: Sender[];
  chosen: Sender | undefined;
  value: Words;
  edit(part: Partial<Words>): void;
}) {
  const [asked, setAsked] = useState(false);
  const copies = asked || value.cc.length + value.bcc.length > 0;
  return (
    <div className={styles.fields}>
      <Line name={words.composer.from}>
        <Select
          aria-label={words.composer.from}
          variant="unstyled"
          size="sm"
          allowDeselect={false}
          value={value.mailboxId}
          onChange={(mailboxId) => edit({ mailboxId })}
          data={senders.map(({ mailboxId, displayName, address, state }) => ({
            value: mailboxId,
            label:
              state === 'disconnected'
                ? words.composer.senderDisconnected(displayName, address)
                : words.composer.sender(displayName, address),
          }))}
          className={styles.from}
        />
        {chosen && (
          <Text size="xs" c="var(--quiet)" className={styles.fromLine} title={chosen.fromLine}>
            {chosen.fromLine}
          </Text>
        )}
      </Line>
      <Recipients
        instanceId={instanceId}
        name={words.composer.to}
        value={value.to}
        onChange={(to) => edit({ to })}
        autoFocus={(kind === 'new' || kind === 'forward') && value.to.length === 0}
      >
        {!copies && (
          <UnstyledButton className={styles.copies} onClick={() => setAsked(true)}>
            {words.composer.showCopies}
          </UnstyledButton>
        )}
      </Recipients>
      {copies && (
        <>
          <Recipients
            instanceId={instanceId}
            name={words.composer.cc}
            value={value.cc}
            onChange={(cc) => edit({ cc })}
          />
          <Recipients
            instanceId={instanceId}
            name={words.composer.bcc}
            value={value.bcc}
            onChange={(bcc) => edit({ bcc })}
          />
        </>
      )}
      {(kind === 'new' || kind === 'forward') && (
        <Line name={words.composer.subject}>
          <TextInput
            aria-label={words.composer.subject}
            variant="unstyled"
            size="sm"
            className={styles.subject}
            maxLength={500}
            value={value.subject}
            onChange={({ currentTarget }) => edit({ subject: currentTarget.value })}
          />
        </Line>
      )}
    </div>
  );
}
