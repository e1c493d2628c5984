import { Button, Checkbox, Collapse, Group, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { QuotableMessage } from '../../../api/client.ts';
import { hasFailed } from '../../../api/has-failed.ts';
import { quotableMessages } from '../../../api/queries/composer.ts';
import { t } from '../../../locales/messages.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { formatList } from '../../../ui/format.ts';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import type { DraftContent } from '../draft/draft-content.ts';
import { addQuoted, isQuoted, omitQuoted, quoteAgain } from '../draft/quoting.ts';
import styles from '../styles/quoted-messages.module.css';

/** More would cover the text of the reply; the list has all of them. */
const maxNamed = 2;

/**
 * Says which earlier messages the reply quotes, and which it does not because of whom (S3). The author can
 * leave out more, or add one after a confirmation that names who reads it then.
 */
export function QuotedMessages({
  instanceId,
  conversationId,
  content,
  onChange,
}: {
  instanceId: string;
  conversationId: string;
  content: DraftContent;
  onChange(changes: Pick<DraftContent, 'quoting'>): void;
}) {
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [adding, setAdding] = useState<QuotableMessage | null>(null);
  const query = useQuery({
    ...quotableMessages(instanceId, conversationId, content),
    placeholderData: keepPreviousData,
  });
  const { quoting } = content;
  if (hasFailed(query))
    return (
      <div className={styles.quoted}>
        <Group gap="xs" role="alert">
          <span className={styles.unknown}>
            {t('composer.quoting.failed')} {query.error.message}
          </span>
          <Button size="compact-xs" variant="default" onClick={() => void query.refetch()}>
            {t('common.tryAgain')}
          </Button>
        </Group>
      </div>
    );
  const messages = query.data?.messages ?? [];
  if (messages.length === 0) return null;
  const quoted = messages.filter((message) => isQuoted(message, quoting));
  const unknown = messages.filter((message) => !quoted.includes(message) && message.unaware.length > 0);
  const toggle = (message: QuotableMessage, checked: boolean) => {
    if (!checked) onChange({ quoting: omitQuoted(quoting, message.id) });
    else if (message.unaware.length > 0) setAdding(message);
    else onChange({ quoting: quoteAgain(quoting, message.id) });
  };
  return (
    <div className={styles.quoted}>
      <Group gap="xs">
        <span role="status">{t('composer.quoting.count', { count: quoted.length })}</span>
        <Button
          size="compact-xs"
          variant="subtle"
          aria-expanded={open}
          aria-controls={listId}
          onClick={() => setOpen(!open)}
        >
          {open ? t('composer.quoting.hide') : t('composer.quoting.choose')}
        </Button>
      </Group>
      <div role="status">
        {unknown.slice(0, maxNamed).map((message) => (
          <div key={message.id} className={styles.unknown}>
            {t('composer.quoting.notQuoted', {
              ...describe(message),
              count: message.unaware.length,
              readers: formatList(message.unaware),
            })}
          </div>
        ))}
        {unknown.length > maxNamed && (
          <div className={styles.unknown}>
            {t('composer.quoting.more', { count: unknown.length - maxNamed })}
          </div>
        )}
      </div>
      <Collapse expanded={open} id={listId}>
        <fieldset className={styles.list}>
          <legend className={styles.legend}>{t('composer.quoting.list')}</legend>
          {messages.map((message) => (
            <Checkbox
              key={message.id}
              size="xs"
              checked={quoted.includes(message)}
              label={t('composer.quoting.message', describe(message))}
              description={message.snippet}
              onChange={(event) => toggle(message, event.currentTarget.checked)}
            />
          ))}
        </fieldset>
      </Collapse>
      {adding && (
        <AddDialog
          message={adding}
          onClose={() => setAdding(null)}
          onConfirm={() => {
            onChange({ quoting: addQuoted(quoting, adding) });
            setAdding(null);
          }}
        />
      )}
    </div>
  );
}

/** Names those who read a message that they have not received, before it is quoted. */
function AddDialog({
  message,
  onClose,
  onConfirm,
}: {
  message: QuotableMessage;
  onClose(): void;
  onConfirm(): void;
}) {
  const readers = formatList(message.unaware);
  return (
    <Dialog onClose={onClose} title={t('composer.quoting.addTitle')}>
      <Text>
        {t('composer.quoting.addText', { ...describe(message), count: message.unaware.length, readers })}
      </Text>
      <Text mt="sm" className={styles.snippet}>
        {message.snippet}
      </Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('composer.quoting.addCancel')}
        </Button>
        <Button color="red" onClick={onConfirm}>
          {t('composer.quoting.addConfirm')}
        </Button>
      </Group>
    </Dialog>
  );
}

const describe = ({ name, address, sentAt }: QuotableMessage) => ({
  who: name || address,
  when: formatClockTime(new Date(sentAt), new Date()),
});
