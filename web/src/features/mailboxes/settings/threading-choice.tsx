import { Radio } from '@mantine/core';
import { t } from '../../../locales/messages.ts';
import type { MailboxSettingsValues } from './mailbox-settings-values.ts';
import styles from './threading-choice.module.css';

type Threading = MailboxSettingsValues['threading'];

/** The two ways to send replies, each with a small drawing of the mail (S3). */
export function ThreadingChoice({ value, onChange }: { value: Threading; onChange(value: Threading): void }) {
  return (
    <Radio.Group
      label={t('form.threading')}
      value={value}
      onChange={(chosen) => onChange(chosen as Threading)}
    >
      <div className={styles.choices}>
        {(['single', 'history'] as const).map((one) => (
          <div key={one} className={`${styles.choice} ${one === value ? styles.selected : ''}`}>
            <Radio
              value={one}
              label={t(one === 'single' ? 'form.single' : 'form.history')}
              description={one === 'single' ? t('form.singleHelp') : t('form.historyHelp')}
            />
            <ThreadingDiagram history={one === 'history'} />
          </div>
        ))}
      </div>
    </Radio.Group>
  );
}

/** A drawing of a mail: the reply, and below it the quoted history. The text beside it says the same. */
function ThreadingDiagram({ history }: { history: boolean }) {
  return (
    <svg viewBox="0 0 160 96" className={styles.picture} aria-hidden="true">
      <rect x="0.5" y="0.5" width="159" height="95" rx="5" className={styles.mail} />
      <circle cx="15" cy="15" r="6" className={styles.avatar} />
      <rect x="26" y="12" width="52" height="6" rx="3" className={styles.name} />
      <TextLines y={30} x={10} widths={[132, 116]} emphasized />
      {history && (
        <>
          <line x1="11" y1="52" x2="11" y2="70" className={styles.quoteBar} />
          <TextLines y={52} x={18} widths={[96, 70]} />
          <line x1="18" y1="76" x2="18" y2="88" className={styles.quoteBar} />
          <TextLines y={76} x={25} widths={[88, 52]} />
        </>
      )}
    </svg>
  );
}

function TextLines({
  y,
  x,
  widths,
  emphasized,
}: {
  y: number;
  x: number;
  widths: number[];
  emphasized?: boolean;
}) {
  return widths.map((width, line) => (
    <rect
      key={width}
      x={x}
      y={y + line * 9}
      width={width}
      height="4"
      rx="2"
      className={emphasized ? styles.text : styles.quoted}
    />
  ));
}
