import { Button, Group, Text } from '@mantine/core';
import { useSignOut } from '../features/account/use-sign-out.ts';
import { t } from '../locales/messages.ts';
import { InitialsAvatar } from '../ui/initials-avatar.tsx';
import { useNarrow } from '../ui/use-narrow.ts';
import { Page } from './page.tsx';
import { SettingsNav } from './settings-nav.tsx';
import { useAppContext } from './shell.tsx';

/** Settings: who is signed in, and the navigation of all that can be set. */
export default function SettingsPage() {
  const { user } = useAppContext().me;
  const signOut = useSignOut();
  const isNarrow = useNarrow();
  return (
    <Page title={t('settings.title')} side={!isNarrow && <SettingsNav />}>
      <section aria-label={t('settings.you')}>
        <Group mb="xl" maw={480}>
          <InitialsAvatar name={user.name} size={40} />
          <div style={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
            <Text fw={600}>{user.name}</Text>
            <Text size="sm" c="var(--text-muted)">
              {user.email}
            </Text>
          </div>
          <Button variant="default" onClick={() => void signOut()}>
            {t('settings.signOut')}
          </Button>
        </Group>
      </section>
      {isNarrow ? <SettingsNav /> : <Text c="var(--text-muted)">{t('settings.choose')}</Text>}
    </Page>
  );
}
