import { IconMapOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { t } from '../locales/messages.ts';
import { EmptyState } from '../ui/states.tsx';

export function NotFoundPage() {
  return (
    <main style={{ flex: 1, height: '100%' }}>
      <EmptyState icon={IconMapOff} title={t('notFound.title')} text={t('notFound.text')}>
        <Link to="/" style={{ color: 'var(--accent)' }}>
          {t('notFound.toInbox')}
        </Link>
      </EmptyState>
    </main>
  );
}
