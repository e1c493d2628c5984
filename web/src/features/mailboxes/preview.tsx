import { Text } from '@mantine/core';
import { words } from '../../words/words.ts';
import type { Settings } from './settings.ts';
import styles from './settings-form.module.css';

/** A picture of the mail a customer gets with these settings. */
export function Preview({ address, settings }: { address: string; settings: Settings }) {
  const name = settings.dynamicAliasName ? words.form.previewAgent : settings.displayName;
  return (
    <figure className={styles.preview} style={{ margin: 0 }}>
      <Text component="figcaption" size="sm" fw={600}>
        {words.form.preview}
      </Text>
      <div className={styles.mail}>
        <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
          {name} &lt;{address}&gt;
        </Text>
        <Text size="xs" c="var(--quiet)" mb="sm">
          {words.message.to} Ana Silva
        </Text>
        {words.form.previewBody}
        {settings.threading === 'history' && (
          <div className={styles.quote}>
            {words.form.previewEarlier}
            <br />
            {words.form.previewEarlierBody}
          </div>
        )}
      </div>
    </figure>
  );
}
