import { type FormEvent, useState } from 'react';
import { t } from '../locales/messages.ts';

/**
 * The error of a field whose value the browser refuses when the form is sent, below the field and in the reader's
 * language instead of the browser's bubble. `text`: what is asked for, where something was typed that is no address
 * of a mailbox.
 */
export function useFieldError(text?: string) {
  const [error, setError] = useState<string | null>(null);
  return {
    error,
    onInvalid(event: FormEvent<HTMLInputElement>) {
      event.preventDefault();
      const field = event.currentTarget;
      const refused = field.type === 'email' ? t('problems.address-without-at.title') : text;
      setError(field.validity.valueMissing || !refused ? t('common.required') : refused);
      if (field.form?.querySelector('input:invalid') === field) field.focus();
    },
    onInput: () => setError(null),
  };
}
