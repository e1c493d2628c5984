import { Alert, Anchor, Button, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconClock } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  api,
  type GoogleCheck,
  type GoogleSetUp,
  type ProblemError,
  type SecurityEventRegistration,
  unwrapResponse,
} from '../../api/client.ts';
import { securityEventRegistration } from '../../api/queries/mailboxes.ts';
import { showSaved } from '../../api/show-saved.ts';
import { t } from '../../locales/messages.ts';
import { formatDate } from '../../ui/format.ts';
import { CopyValue } from './copy-value.tsx';
import styles from './google-guide.module.css';
import { GuideStep } from './guide-step.tsx';

const riscPage = 'https://developers.google.com/identity/protocols/risc';

/** The step that registers Postroom for security events: at a click where it has a key, by hand where not. */
export function SecurityEventsStep({
  instanceId,
  setUp,
  checks,
}: {
  instanceId: string;
  setUp: GoogleSetUp;
  checks: GoogleCheck[];
}) {
  const query = useQuery(securityEventRegistration(instanceId));
  const registration = query.data?.registration;
  const canRegister = registration?.canRegister ?? false;
  const hasRegistered = registration !== undefined && registration.state !== 'unregistered';
  return (
    <GuideStep
      number={7}
      mark={t('google.betterStill')}
      title={t('google.steps.security.title')}
      lines={[
        t('google.steps.security.lines.1'),
        canRegister ? t('google.steps.security.own') : t('google.steps.security.lines.2'),
      ]}
      // The state of the registration says more.
      checks={hasRegistered ? [] : checks}
    >
      {registration && (canRegister || hasRegistered) && <RegistrationState registration={registration} />}
      {registration && canRegister && <Register instanceId={instanceId} registration={registration} />}
      <CopyValue label={t('google.steps.security.endpoint')} value={setUp.securityEventsUrl} />
      {!canRegister && !query.isPending && (
        <>
          <Text mt="sm">{t('google.steps.security.key')}</Text>
          <CopyValue
            label={t('google.steps.security.keySetting')}
            value="GOOGLE_RISC_CREDENTIALS=/path/to/key.json"
          />
        </>
      )}
      <Anchor href={riscPage} target="_blank" rel="noopener" mt="xs" display="inline-block">
        {t('google.steps.security.page')}
      </Anchor>
    </GuideStep>
  );
}

/** The button that registers, and why Google refused. */
function Register({
  instanceId,
  registration,
}: {
  instanceId: string;
  registration: SecurityEventRegistration;
}) {
  const client = useQueryClient();
  const query = securityEventRegistration(instanceId);
  const register = useMutation<{ registration: SecurityEventRegistration }, ProblemError, boolean>({
    mutationFn: (replace) =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/google-set-up/security-events', {
          params: { path: { instanceId } },
          body: { replace },
        }),
      ),
    onSuccess: (saved) => showSaved(client, query.queryKey, saved),
    // A registration may stay although its test event was refused.
    onError: () => client.invalidateQueries({ queryKey: query.queryKey, exact: true }),
  });
  const { error } = register;
  return (
    <>
      {error && (
        <Alert color="red" variant="light" title={error.message} role="alert" mt="sm">
          {error.detail}
          {error.code === 'risc-registered-elsewhere' && (
            <Button
              mt="sm"
              size="xs"
              variant="default"
              display="block"
              loading={register.isPending}
              onClick={() => register.mutate(true)}
            >
              {t('google.steps.security.replace')}
            </Button>
          )}
        </Alert>
      )}
      <Button
        mt="sm"
        mb="xs"
        variant={registration.state === 'arrived' ? 'default' : 'filled'}
        loading={register.isPending}
        onClick={() => register.mutate(false)}
      >
        {registration.state === 'unregistered'
          ? t('google.steps.security.register')
          : t('google.steps.security.again')}
      </Button>
    </>
  );
}

const looks = {
  unregistered: { Icon: IconCircleDashed, look: 'unknown' },
  registered: { Icon: IconAlertTriangle, look: 'missing' },
  waiting: { Icon: IconClock, look: 'unknown' },
  late: { Icon: IconAlertTriangle, look: 'missing' },
  arrived: { Icon: IconCircleCheck, look: 'ok' },
  moved: { Icon: IconAlertTriangle, look: 'missing' },
};

function RegistrationState({
  registration: { state, registeredAt, arrivedAt },
}: {
  registration: SecurityEventRegistration;
}) {
  const { Icon, look } = looks[state];
  return (
    <div className={styles.checks} role="status">
      <p className={styles.state} data-state={look}>
        <Icon size={18} aria-hidden />
        <span>{stateText(state, (state === 'arrived' ? arrivedAt : registeredAt) ?? '')}</span>
      </p>
    </div>
  );
}

function stateText(state: SecurityEventRegistration['state'], at: string): string {
  if (state === 'registered' || state === 'late' || state === 'arrived') {
    const when = formatDate(new Date(at), { dateStyle: 'medium', timeStyle: 'short' });
    return t(`google.steps.security.states.${state}`, { when });
  }
  return t(`google.steps.security.states.${state}`);
}
