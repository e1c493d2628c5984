import type { TemplateForm } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';

/** What a template consists of: its HTML, and the form it was made from; null where there was none. */
export type TemplateContent = { html: string; form: TemplateForm | null };

/** Whether the HTML is that of the form, which the server makes, and not changed by hand. */
export const isOfForm = ({ form }: TemplateContent): boolean => form !== null && !form.edited;

/** Whether two contents are the same. The HTML of a form follows from it. */
export function sameContent(one: TemplateContent, other: TemplateContent): boolean {
  const sameForm = JSON.stringify(one.form) === JSON.stringify(other.form);
  return sameForm && (isOfForm(one) || one.html === other.html);
}

/** The form that a new template begins with. */
export const newForm = (): TemplateForm => ({
  version: 1,
  edited: false,
  logo: null,
  header: { text: t('templates.start.company'), band: false },
  colors: { brand: '#0f6b63', page: '#f2f4f4', card: '#ffffff', text: '#222222' },
  font: 'arial',
  width: 600,
  align: 'start',
  footer: { text: `{{user.displayName}} · ${t('templates.start.address')}`, links: [], buttons: false },
  signatureLine: false,
});
