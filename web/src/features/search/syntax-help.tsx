import { Title } from '@mantine/core';
import { Fragment } from 'react';
import { words } from '../../words/words.ts';
import styles from './search-box.module.css';

/** The search syntax, by examples that can be used with a click. */
export default function SyntaxHelp({ onSelect }: { onSelect(example: string): void }) {
  return (
    <>
      <Title order={3} mb={6}>
        {words.search.help}
      </Title>
      <dl className={styles.syntax}>
        {words.search.syntax.map(([example, meaning]) => (
          <Fragment key={example}>
            <dt>
              <button type="button" onClick={() => onSelect(example)}>
                {example}
              </button>
            </dt>
            <dd>{meaning}</dd>
          </Fragment>
        ))}
      </dl>
    </>
  );
}
