import { Title } from '@mantine/core';
import { Fragment } from 'react';
import { t } from '../../locales/messages.ts';
import styles from './search-box.module.css';

const fields = [
  'words',
  'phrase',
  'either',
  'without',
  'from',
  'to',
  'subject',
  'attachment',
  'after',
  'before',
  'tag',
  'assignee',
  'mailbox',
  'is',
] as const;

/** How one searches, by examples that can be taken. */
export default function SyntaxHelp({ onSelect }: { onSelect(example: string): void }) {
  return (
    <>
      <Title order={3} mb={6}>
        {t('search.help')}
      </Title>
      <dl className={styles.syntax}>
        {fields.map((field) => {
          const example = t(`search.syntax.${field}.example`);
          return (
            <Fragment key={field}>
              <dt>
                <button type="button" onClick={() => onSelect(example)}>
                  {example}
                </button>
              </dt>
              <dd>{t(`search.syntax.${field}.meaning`)}</dd>
            </Fragment>
          );
        })}
      </dl>
    </>
  );
}
