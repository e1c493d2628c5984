import type { ReactNode } from 'react';
import { t } from '../../../locales/messages.ts';
import { formatNumber } from '../../../ui/format.ts';
import { formatSeconds } from '../../../ui/format-seconds.ts';
import styles from './mailbox-status.module.css';
import { MutedText } from './used-bar.tsx';

type Figures = {
  arrivals: number;
  answers: number;
  sent: number;
  bounced: number;
  toScreen: { median: number; ninetyFifth: number } | null;
};

/** What arrived and was answered lately, what came back, and how long messages took to the screen. */
export function MailboxFigures({ figures }: { figures: Figures }) {
  const { arrivals, answers, sent, bounced, toScreen } = figures;
  const share = formatNumber(sent === 0 ? 0 : bounced / sent, { style: 'percent', maximumFractionDigits: 1 });
  return (
    <dl className={styles.heads}>
      <Figure name={t('mailbox.arrivals')} value={formatNumber(arrivals)} />
      <Figure name={t('mailbox.answers')} value={formatNumber(answers)} />
      <Figure name={t('mailbox.bounceRate')} value={sent === 0 ? '–' : share}>
        {t('mailbox.bouncedOf', { bounced, sent })}
      </Figure>
      <Figure name={t('mailbox.toScreen')} value={toScreen ? formatSeconds(toScreen.median) : '–'}>
        {toScreen && t('mailbox.toScreenMost', { time: formatSeconds(toScreen.ninetyFifth) })}
      </Figure>
    </dl>
  );
}

function Figure({ name, value, children }: { name: string; value: string; children?: ReactNode }) {
  return (
    <div className={styles.head}>
      <dt>{name}</dt>
      <dd>
        <span className={styles.number}>{value}</span>
        {children && <MutedText>{children}</MutedText>}
      </dd>
    </div>
  );
}
