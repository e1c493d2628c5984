import { Button, Stack, Text, Title } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { keptTexts } from '../features/composer/draft/stored-draft.ts';
import { t } from '../locales/messages.ts';
import { htmlToText } from '../ui/html-to-text.ts';
import { EmptyState } from '../ui/states.tsx';
import styles from './unreachable.module.css';

/** How often it is tried whether Postroom answers, in milliseconds. */
const retryMs = 3_000;

/** The page that was opened while Postroom does not answer: it opens by itself later, and shows the texts that are kept. */
export function UnreachablePage() {
  useReloadOnAnswer();
  const kept = keptTexts();
  return (
    <main className={styles.page} role="alert">
      <div className={styles.state}>
        <EmptyState icon={IconCloudOff} title={t('unreachable.title')} text={t('unreachable.opening')}>
          <Button mt="sm" variant="default" onClick={() => location.reload()}>
            {t('common.tryAgain')}
          </Button>
        </EmptyState>
      </div>
      {kept.length > 0 && (
        <Stack gap="xs">
          <Title order={2}>{t('unreachable.kept')}</Title>
          <ul className={styles.list}>
            {kept.map(({ subject, to, html }) => (
              <KeptText
                key={`${subject} ${to.join()} ${html}`}
                title={[subject, ...to].filter(Boolean).join(' · ')}
                html={html}
              />
            ))}
          </ul>
        </Stack>
      )}
    </main>
  );
}

function KeptText({ title, html }: { title: string; html: string }) {
  const [isCopied, setIsCopied] = useState(false);
  const text = htmlToText(html);
  // The clipboard API needs HTTPS.
  const copy = () => navigator.clipboard?.writeText(text).then(() => setIsCopied(true));
  return (
    <li className={styles.kept}>
      <div className={styles.words} dir="auto">
        <b>{title || t('list.noSubject')}</b>
        <Text size="sm" className={styles.text}>
          {text}
        </Text>
      </div>
      <Button size="compact-xs" variant="default" onClick={() => void copy()}>
        {t(isCopied ? 'unreachable.copied' : 'unreachable.copy')}
      </Button>
    </li>
  );
}

/** Loads the page again once there is an answer, whatever it is. */
function useReloadOnAnswer(): void {
  useEffect(() => {
    const ask = async () => {
      const answer = await fetch('/api/me', { cache: 'no-store' }).catch(() => null);
      if (answer && answer.status < 500) location.reload();
    };
    const timer = setInterval(() => void ask(), retryMs);
    const onOnline = () => void ask();
    addEventListener('online', onOnline);
    return () => {
      clearInterval(timer);
      removeEventListener('online', onOnline);
    };
  }, []);
}
