import { Button, Group, Loader, Select, TagsInput, Text, UnstyledButton } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import {
  answer,
  api,
  type Message,
  type NameAndAddress,
  type Problem,
  type Sender,
} from '../../api/client.ts';
import { conversation as conversationQuery, replyDefaults, senders } from '../../api/queries.ts';
import { words } from '../../words/words.ts';
import styles from './composer.module.css';
import { type Draft, keepDraft, keptDraft } from './kept-draft.ts';
import { Strangers } from './strangers.tsx';

const Editor = lazy(() => import('./editor.tsx'));

export type ComposerKind = 'reply' | 'replyAll' | 'note';

/** Writes a reply or a note below a conversation. What is typed is kept until it is sent or discarded. */
export function Composer({
  instanceId,
  conversationId,
  kind,
  close,
}: {
  instanceId: string;
  conversationId: string;
  kind: ComposerKind;
  close(): void;
}) {
  const isNote = kind === 'note';
  const client = useQueryClient();
  const from = useQuery({ ...senders(instanceId), enabled: !isNote });
  const defaults = useQuery({
    ...replyDefaults(instanceId, conversationId, kind === 'replyAll'),
    enabled: !isNote,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const place = `${conversationId} ${isNote ? 'note' : 'reply'}`;
  const [draft, setDraft] = useState<Draft>(() => keptDraft(place));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [sending, setSending] = useState(false);
  const [copies, setCopies] = useState(draft.cc.length + draft.bcc.length > 0);
  const [touched, setTouched] = useState(draft.to.length > 0);

  const edit = (part: Partial<Draft>) =>
    setDraft((before) => {
      const after = { ...before, ...part };
      keepDraft(place, after);
      return after;
    });

  const given = defaults.data;
  useEffect(() => {
    if (!given || (touched && kind === 'reply')) return;
    edit({
      mailboxId: draft.mailboxId || given.mailboxId,
      to: given.to.map(written),
      ...(kind === 'replyAll' && { cc: given.cc.map(written) }),
    });
    if (kind === 'replyAll' && given.cc.length > 0) setCopies(true);
  }, [given]);

  const chosen: Sender | undefined = from.data?.senders.find(
    ({ mailboxId }) => mailboxId === draft.mailboxId,
  );
  const empty = draft.text.trim() === '';

  async function send() {
    if (sending || empty) return;
    setSending(true);
    setProblem(null);
    try {
      const params = { path: { instanceId, conversationId } };
      const { id, html } = draft;
      const { message } = isNote
        ? await answer(
            api.POST('/api/instances/{instanceId}/conversations/{conversationId}/notes', {
              params,
              body: { id, html },
            }),
          )
        : await answer(
            api.POST('/api/instances/{instanceId}/conversations/{conversationId}/replies', {
              params,
              body: { id, html, mailboxId: draft.mailboxId, to: draft.to, cc: draft.cc, bcc: draft.bcc },
            }),
          );
      show(message);
      keepDraft(place, null);
      close();
    } catch (error) {
      setProblem(error as Problem);
      setSending(false);
    }
  }

  /** The message stands in the timeline at once; the live stream confirms it. */
  function show(message: Message) {
    const { queryKey } = conversationQuery(instanceId, conversationId);
    client.setQueryData(queryKey, (page) =>
      page && !page.messages.some(({ id }) => id === message.id)
        ? { ...page, messages: [...page.messages, message] }
        : page,
    );
    void client.invalidateQueries({ queryKey: [instanceId, 'conversations'] });
  }

  if (!isNote && from.data?.senders.length === 0) {
    return (
      <div className={styles.composer}>
        <Text fw={600}>{words.composer.noSender}</Text>
        <Text c="var(--quiet)">{words.composer.noSenderText}</Text>
      </div>
    );
  }
  return (
    <section
      className={`${styles.composer} ${isNote ? styles.note : ''}`}
      aria-label={isNote ? words.composer.note : words.composer.reply}
    >
      {!isNote && (
        <div className={styles.fields}>
          <Line name={words.composer.from}>
            <Select
              aria-label={words.composer.from}
              variant="unstyled"
              size="sm"
              allowDeselect={false}
              value={draft.mailboxId || null}
              onChange={(mailboxId) => edit({ mailboxId: mailboxId ?? '' })}
              data={(from.data?.senders ?? []).map((sender) => ({
                value: sender.mailboxId,
                label:
                  sender.state === 'disconnected'
                    ? `${sender.displayName} · ${sender.address} (${words.views.disconnected})`
                    : `${sender.displayName} · ${sender.address}`,
              }))}
              style={{ flex: 1 }}
            />
            {chosen && (
              <Text size="xs" c="var(--quiet)" className={styles.fromLine} title={chosen.fromLine}>
                {chosen.fromLine}
              </Text>
            )}
          </Line>
          <Recipients
            name={words.composer.to}
            value={draft.to}
            onChange={(to) => {
              setTouched(true);
              edit({ to });
            }}
          >
            {!copies && (
              <UnstyledButton className={styles.copies} onClick={() => setCopies(true)}>
                {words.composer.showCopies}
              </UnstyledButton>
            )}
          </Recipients>
          {copies && (
            <>
              <Recipients name={words.composer.cc} value={draft.cc} onChange={(cc) => edit({ cc })} />
              <Recipients name={words.composer.bcc} value={draft.bcc} onChange={(bcc) => edit({ bcc })} />
            </>
          )}
        </div>
      )}
      {chosen?.state === 'disconnected' && (
        <div className={styles.broken} role="status">
          {words.composer.willBeHeld(chosen.address)}
        </div>
      )}
      {given && (
        <Strangers
          strangers={given.strangers}
          written={[...draft.to, ...draft.cc, ...draft.bcc]}
          add={(stranger) => {
            setTouched(true);
            edit({ to: [...draft.to, written(stranger)] });
          }}
        />
      )}
      <Suspense fallback={<Loader size="xs" m="md" />}>
        <Editor
          label={isNote ? words.composer.noteLabel : words.composer.message}
          placeholder={isNote ? words.composer.notePlaceholder : words.composer.placeholder}
          html={draft.html}
          onChange={(html, text) => edit({ html, text })}
          onSend={() => void send()}
          onEscape={close}
        />
      </Suspense>
      {problem && (
        <div className={styles.problem} role="alert">
          <b>{problem.message}</b> {problem.remedy}
        </div>
      )}
      <Group justify="space-between" px="sm" pb="sm" pt={4}>
        <Text size="xs" c="var(--quiet)">
          {!empty && words.composer.kept}
        </Text>
        <Group gap="xs">
          <Button
            variant="subtle"
            color="gray"
            size="xs"
            onClick={() => {
              keepDraft(place, null);
              close();
            }}
          >
            {words.composer.discard}
          </Button>
          <Button size="xs" loading={sending} disabled={empty} onClick={() => void send()}>
            {isNote ? words.composer.addNote : words.composer.send}
          </Button>
        </Group>
      </Group>
    </section>
  );
}

function Line({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className={styles.line}>
      <span className={styles.name} aria-hidden>
        {name}
      </span>
      {children}
    </div>
  );
}

function Recipients({
  name,
  value,
  onChange,
  children,
}: {
  name: string;
  value: string[];
  onChange(value: string[]): void;
  children?: React.ReactNode;
}) {
  return (
    <Line name={name}>
      <TagsInput
        aria-label={name}
        variant="unstyled"
        size="sm"
        value={value}
        onChange={onChange}
        splitChars={[',', ';']}
        acceptValueOnBlur
        style={{ flex: 1 }}
      />
      {children}
    </Line>
  );
}

function written({ name, address }: NameAndAddress): string {
  return name ? `${name.replace(/[<>",;]/g, '')} <${address}>` : address;
}
