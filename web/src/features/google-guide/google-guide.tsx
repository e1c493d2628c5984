import type { GoogleCheck, GoogleSetUp } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { CopyValue } from './copy-value.tsx';
import styles from './google-guide.module.css';
import { GuideStep } from './guide-step.tsx';
import { PubSubStep } from './pub-sub-step.tsx';
import { SecurityEventsStep } from './security-events-step.tsx';

/** The setup of Google step by step, as in docs/google.md, with the checks of each step. */
export function GoogleGuide({
  instanceId,
  setUp,
  checks,
}: {
  instanceId: string;
  setUp: GoogleSetUp;
  checks: GoogleCheck[];
}) {
  const checksOf = (...ids: Array<GoogleCheck['id']>) => checks.filter(({ id }) => ids.includes(id));
  return (
    <ol className={styles.steps}>
      <GuideStep
        number={1}
        mark={t('google.needed')}
        title={t('google.steps.project.title')}
        lines={[t('google.steps.project.lines.1'), t('google.steps.project.lines.2')]}
        checks={checksOf('gmail-api')}
      />
      <GuideStep
        number={2}
        mark={t('google.needed')}
        title={t('google.steps.audience.title')}
        lines={[t('google.steps.audience.lines.1'), t('google.steps.audience.lines.2')]}
        checks={checksOf('audience')}
      />
      <GuideStep
        number={3}
        mark={t('google.needed')}
        title={t('google.steps.scopes.title')}
        lines={[t('google.steps.scopes.lines.1'), t('google.steps.scopes.lines.2')]}
        checks={checksOf('scopes')}
      >
        {setUp.scopes.map((scope) => (
          <CopyValue key={scope} label={scope.split('/').at(-1)!} value={scope} />
        ))}
      </GuideStep>
      <GuideStep
        number={4}
        mark={t('google.needed')}
        title={t('google.steps.client.title')}
        lines={[t('google.steps.client.lines.1'), t('google.steps.client.lines.2')]}
        checks={checksOf('redirect')}
      >
        <CopyValue label={t('google.steps.client.redirect')} value={setUp.redirectUri} />
      </GuideStep>
      <GuideStep
        number={5}
        mark={t('google.needed')}
        title={t('google.steps.postroom.title')}
        lines={[t('google.steps.postroom.lines.1')]}
        checks={checksOf('url', 'client', 'reach')}
      >
        <CopyValue
          label={t('google.steps.postroom.settings')}
          value={`GOOGLE_CLIENT_ID=\nGOOGLE_CLIENT_SECRET=\nPOSTROOM_URL=${setUp.url}`}
        />
      </GuideStep>
      <PubSubStep
        setUp={setUp}
        checks={checksOf('credentials', 'topic', 'publisher', 'subscription', 'push', 'notifications')}
      />
      <SecurityEventsStep instanceId={instanceId} setUp={setUp} checks={checksOf('security-events')} />
    </ol>
  );
}
