import { t } from '../locales/messages.ts';
import { formatList } from './format.ts';

/** The addresses of the organization in words; of many the first two. The list of addresses has all of them. */
export function listAddresses(addresses: string[]): string {
  const others = addresses.length - 2;
  return formatList(
    others > 1 ? [...addresses.slice(0, 2), t('common.otherAddresses', { count: others })] : addresses,
  );
}
