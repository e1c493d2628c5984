import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { postAuth } from '../api/auth-client.ts';
import type { ProblemError } from '../api/client.ts';
import { t } from '../locales/messages.ts';
import { InitialsAvatar } from '../ui/initials-avatar.tsx';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

/** Everything that can be set: one's own, and for admins what holds for the organization. */
export default function SettingsPage() {
  const { me, instance } = useAppContext();
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = async () => {
    try {
      await postAuth('sign-out');
    } catch (error) {
      const { message, detail } = error as ProblemError;
      notifications.show({ color: 'red', title: message, message: detail });
      return;
    }
    client.clear();
    void navigate({ to: '/sign-in' });
  };
  const personalLinks = [
    ['profile', { title: t('account.you.title'), text: t('account.you.text') }],
    ['security', { title: t('account.security.title'), text: t('account.security.text') }],
    ['notifications', { title: t('notificationSettings.title'), text: t('notificationSettings.text') }],
    ['writing', { title: t('composer.settings.link'), text: t('composer.settings.about') }],
    ['organizations', { title: t('organizations.title'), text: t('organizations.text') }],
  ] as const;
  const tags = ['tags', { title: t('tags.title'), text: t('tags.text') }] as const;
  const organizationLinks = [
    ['people', { title: t('people.title'), text: t('people.text') }],
    ['general', { title: t('organizations.general'), text: t('organizations.generalText') }],
    ['receiving', { title: t('receiving.title'), text: t('receiving.text') }],
    ['content', { title: t('redaction.settings.title'), text: t('redaction.settings.text') }],
    ['audit', { title: t('audit.title'), text: t('audit.text') }],
  ] as const;
  return (
    <Page title={t('settings.title')}>
      <Stack gap="xl">
        <section aria-label={t('settings.you')}>
          <Group mb="md">
            <InitialsAvatar name={me.user.name} size={40} />
            <div style={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
              <Text fw={600}>{me.user.name}</Text>
              <Text size="sm" c="var(--text-muted)">
                {me.user.email}
              </Text>
            </div>
            <Button variant="default" onClick={() => void signOut()}>
              {t('settings.signOut')}
            </Button>
          </Group>
          <Links slug={instance.slug} links={personalLinks} />
        </section>
        <section>
          <Title order={2} mb="md">
            {t('settings.organization')}
          </Title>
          <Links
            slug={instance.slug}
            links={instance.role === 'admin' ? [tags, ...organizationLinks] : [tags]}
          />
        </section>
      </Stack>
    </Page>
  );
}

function Links({
  slug,
  links,
}: {
  slug: string;
  links: ReadonlyArray<readonly [string, { title: string; text: string }]>;
}) {
  return (
    <Stack gap="md">
      {links.map(([path, { title, text }]) => (
        <div key={path}>
          <Anchor
            renderRoot={(props) => (
              <Link {...props} to={`/$slug/settings/${path}` as '/$slug/settings'} params={{ slug }} />
            )}
          >
            {title}
          </Anchor>
          <Text size="sm" c="var(--text-muted)">
            {text}
          </Text>
        </div>
      ))}
    </Stack>
  );
}
