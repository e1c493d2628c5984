import { UnstyledButton } from '@mantine/core';
import { IconPlayerPauseFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { pause } from '../../api/queries/pause.ts';
import { t } from '../../locales/messages.ts';
import { formatDate } from '../../ui/format.ts';
import styles from './disconnected-banner.module.css';
import { ResumeDialog } from './resume-dialog.tsx';

/** The banner on every page of a copy that was restored from a backup (S8); an admin can end its pause. */
export default function PauseBanner({ instanceId, isAdmin }: { instanceId: string; isAdmin: boolean }) {
  const [asking, setAsking] = useState(false);
  const paused = useQuery(pause(instanceId)).data?.pause;
  if (!paused) return null;
  const when = formatDate(new Date(paused.backupAt), { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <div className={styles.banner} role="status">
      <IconPlayerPauseFilled size={14} aria-hidden />
      <span>{t('pause.banner', { when })}</span>
      {isAdmin && (
        <UnstyledButton className={styles.link} onClick={() => setAsking(true)}>
          {t('pause.resume')}
        </UnstyledButton>
      )}
      {asking && <ResumeDialog instanceId={instanceId} onClose={() => setAsking(false)} />}
    </div>
  );
}
