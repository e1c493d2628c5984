import type { Me } from '../api/client.ts';
import { t } from '../locales/messages.ts';

/** The name of an organization, marked where it is a sandbox. */
export function instanceName({ name, kind }: Me['instances'][number]): string {
  return kind === 'sandbox' ? t('organizations.named', { name }) : name;
}
