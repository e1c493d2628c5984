import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Draft } from '../../../api/client.ts';
import { drafts } from '../../../api/queries.ts';
import { textOfHtml } from '../../../ui/html-to-text.ts';
import { words } from '../../../words/words.ts';
import styles from '../styles/composer.module.css';
import { isEmptyHtml } from './open-drafts.ts';

/** What the user began in a conversation and did not send, to go on with. */
export function Unfinished({
  instanceId,
  conversationId,
  goOn,
}: {
  instanceId: string;
  conversationId: string;
  goOn(draft: Draft): void;
}) {
  const known = useQuery(drafts(instanceId, conversationId));
  const begun = (known.data?.drafts ?? []).filter(
    ({ html, attachments, forwarded }) => !isEmptyHtml(html) || attachments.length > 0 || forwarded,
  );
  return begun.map((draft) => (
    <div key={draft.id} className={styles.unfinished}>
      <b>{nameOf(draft)}</b>
      <span className={styles.other}>{textOfHtml(draft.html)}</span>
      <Button size="compact-xs" variant="default" onClick={() => goOn(draft)}>
        {words.composer.goOn}
      </Button>
    </div>
  ));
}

function nameOf({ kind }: Draft): string {
  if (kind === 'note') return words.composer.unfinishedNote;
  return kind === 'forward' ? words.composer.unfinishedForward : words.composer.unfinishedReply;
}
