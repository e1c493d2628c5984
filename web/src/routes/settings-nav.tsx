import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from '../locales/messages.ts';
import styles from './settings-nav.module.css';
import { useAppContext } from './shell.tsx';

/** The pages of Settings: one's own, then those of the organization; agents see its tags only. */
export function SettingsNav() {
  const { slug, role } = useAppContext().instance;
  const own = [
    { path: 'profile', title: t('account.you.title'), text: t('account.you.text') },
    { path: 'security', title: t('account.security.title'), text: t('account.security.text') },
    { path: 'notifications', title: t('notificationSettings.title'), text: t('notificationSettings.text') },
    { path: 'writing', title: t('composer.settings.writing'), text: t('composer.settings.about') },
    { path: 'organizations', title: t('organizations.title'), text: t('organizations.text') },
  ];
  const tags = { path: 'tags', title: t('tags.title'), text: t('tags.text') };
  const organization = [
    tags,
    { path: 'people', title: t('people.title'), text: t('people.text') },
    { path: 'general', title: t('organizations.general'), text: t('organizations.generalText') },
    { path: 'opening-hours', title: t('openingHours.title'), text: t('openingHours.about') },
    { path: 'receiving', title: t('receiving.title'), text: t('receiving.text') },
    { path: 'content', title: t('redaction.settings.title'), text: t('redaction.settings.text') },
    { path: 'api-keys', title: t('apiKeys.title'), text: t('apiKeys.text') },
    { path: 'webhooks', title: t('webhooks.title'), text: t('webhooks.text') },
    { path: 'health', title: t('health.title'), text: t('health.text') },
    { path: 'audit', title: t('audit.title'), text: t('audit.text') },
  ];
  const groups = [
    [t('settings.you'), own],
    [t('settings.organization'), role === 'admin' ? organization : [tags]],
  ] as const;
  return (
    <nav className={styles.nav} aria-label={t('settings.title')}>
      {groups.map(([name, pages]) => (
        <div key={name} className={styles.group}>
          <Text size="xs" c="var(--text-muted)" fw={500} className={styles.heading}>
            {name}
          </Text>
          {pages.map(({ path, title, text }) => (
            <div key={path}>
              <Link
                to={`/$slug/settings/${path}` as '/$slug/settings'}
                params={{ slug }}
                className={styles.link}
                activeProps={{ className: `${styles.link} ${styles.active}` }}
              >
                {title}
              </Link>
              <Text size="sm" c="var(--text-muted)" className={styles.about}>
                {text}
              </Text>
            </div>
          ))}
        </div>
      ))}
    </nav>
  );
}
