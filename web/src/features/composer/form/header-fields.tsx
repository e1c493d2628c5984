import { Select, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { Sender } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { choices } from '../../../ui/filter-options.ts';
import { type ChosenSender, senderOf, senderOptions, senderValue } from '../../../ui/sender-options.ts';
import type { DraftContent, DraftKind } from '../draft/draft-content.ts';
import styles from '../styles/composer.module.css';
import { FieldRow, RecipientField } from './recipient-field.tsx';
import { addressIn, withRecipients } from './recipients.ts';

/** Gmail's limit of a message: To, Cc and Bcc together. */
const maxRecipients = 500;
const fields = ['to', 'cc', 'bcc'] as const;
type Field = (typeof fields)[number];

/** Whether the From line says the same as the choice above it; with Dynamic Alias Name it has the user's name. */
const isAsChosen = ({ fromLine, displayName, address }: ChosenSender): boolean =>
  fromLine.replaceAll('"', '') === `${displayName} <${address}>`;

/** The header fields of a message: From, To, Cc, Bcc and Subject. */
export function HeaderFields({
  instanceId,
  kind,
  senders,
  sender,
  value,
  onChange,
}: {
  instanceId: string;
  kind: DraftKind;
  senders: Sender[];
  sender: ChosenSender | undefined;
  value: DraftContent;
  onChange(part: Partial<DraftContent>): void;
}) {
  const [repeated, setRepeated] = useState<string[]>([]);
  const count = value.to.length + value.cc.length + value.bcc.length;
  const changeField = (field: Field) => (entered: string[]) => {
    const elsewhere = new Set(
      fields.filter((each) => each !== field).flatMap((each) => value[each].map(addressIn)),
    );
    const recipients = withRecipients([], entered);
    const isNew = (each: string) => value[field].includes(each) || !elsewhere.has(addressIn(each));
    setRepeated(recipients.filter((each) => !isNew(each)).map(addressIn));
    onChange({ [field]: recipients.filter(isNew) });
  };
  const [copiesOpened, setCopiesOpened] = useState(false);
  const showCopies = copiesOpened || value.cc.length + value.bcc.length > 0;
  return (
    <div className={styles.fields}>
      <FieldRow label={t('composer.from')}>
        <Select
          aria-label={t('composer.from')}
          variant="unstyled"
          size="sm"
          allowDeselect={false}
          value={value.mailboxId && senderValue(value)}
          onChange={(chosen) => chosen && onChange(senderOf(chosen))}
          {...choices(senderOptions(senders, value))}
          className={styles.from}
        />
        {sender && !isAsChosen(sender) && (
          <Text size="xs" c="var(--text-muted)" className={styles.fromLine} title={sender.fromLine}>
            {sender.fromLine}
          </Text>
        )}
      </FieldRow>
      <RecipientField
        instanceId={instanceId}
        label={t('composer.to')}
        value={value.to}
        onChange={changeField('to')}
        autoFocus={(kind === 'new' || kind === 'forward') && value.to.length === 0}
      >
        {!showCopies && (
          <UnstyledButton className={styles.showCopies} onClick={() => setCopiesOpened(true)}>
            {t('composer.showCopies')}
          </UnstyledButton>
        )}
      </RecipientField>
      {showCopies && (
        <>
          <RecipientField
            instanceId={instanceId}
            label={t('composer.cc')}
            value={value.cc}
            onChange={changeField('cc')}
            autoFocus={copiesOpened}
          />
          <RecipientField
            instanceId={instanceId}
            label={t('composer.bcc')}
            value={value.bcc}
            onChange={changeField('bcc')}
          />
        </>
      )}
      {repeated.length > 0 && (
        <Text size="xs" c="var(--text-muted)" className={styles.recipientNotice} role="status">
          {t('composer.alreadyRecipients', { count: repeated.length, address: repeated[0]! })}
        </Text>
      )}
      {count > maxRecipients && (
        <Text size="xs" c="var(--error)" className={styles.recipientNotice} role="alert">
          {t('composer.tooManyRecipients', { count, limit: maxRecipients })}
        </Text>
      )}
      {(kind === 'new' || kind === 'forward') && (
        <FieldRow label={t('composer.subject')}>
          <TextInput
            aria-label={t('composer.subject')}
            variant="unstyled"
            size="sm"
            className={styles.subject}
            maxLength={500}
            value={value.subject}
            onChange={({ currentTarget }) => onChange({ subject: currentTarget.value })}
          />
        </FieldRow>
      )}
    </div>
  );
}
