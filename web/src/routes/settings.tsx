import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { postAuth } from '../api/auth-client.ts';
import { InitialsAvatar } from '../ui/initials-avatar.tsx';
import { words } from '../words/words.ts';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

/** The settings of the user, and for admins those of the organization. */
export default function SettingsPage() {
  const { me, instance } = useAppContext();
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = async () => {
    await postAuth('sign-out');
    client.clear();
    void navigate({ to: '/sign-in' });
  };
  const personalLinks = [
    ['profile', words.account.you],
    ['security', words.account.security],
    ['notifications', words.notices],
    ['writing', { title: words.composer.settings.link, text: words.composer.settings.about }],
    ['organizations', words.instances],
  ] as const;
  const tags = ['tags', words.tags] as const;
  const organizationLinks = [
    ['people', words.people],
    ['general', { title: words.instances.general, text: words.instances.generalText }],
    ['receiving', words.receiving],
    ['content', words.redaction.settings],
    ['audit', words.audit],
  ] as const;
  return (
    <Page title={words.settings.title}>
      <Stack gap="xl">
        <section aria-label={words.settings.you}>
          <Group mb="md">
            <InitialsAvatar name={me.user.name} size={40} />
            <div style={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
              <Text fw={600}>{me.user.name}</Text>
              <Text size="sm" c="var(--quiet)">
                {me.user.email}
              </Text>
            </div>
            <Button variant="default" onClick={() => void signOut()}>
              {words.settings.signOut}
            </Button>
          </Group>
          <Links slug={instance.slug} links={personalLinks} />
        </section>
        <section>
          <Title order={2} mb="md">
            {words.settings.inbox}
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
          <Text size="sm" c="var(--quiet)">
            {text}
          </Text>
        </div>
      ))}
    </Stack>
  );
}
