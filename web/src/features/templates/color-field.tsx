import { Input, TextInput } from '@mantine/core';
import { useEffect, useId, useState } from 'react';
import { t } from '../../locales/messages.ts';
import styles from './template-form.module.css';

/** A color, picked or typed as `#0f6b63`; `warning` stands below it. */
export function ColorField({
  label,
  value,
  warning,
  onChange,
}: {
  label: string;
  value: string;
  warning?: string | undefined;
  onChange(value: string): void;
}) {
  const id = useId();
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  return (
    <div>
      <Input.Label htmlFor={id} size="xs">
        {label}
      </Input.Label>
      <div className={styles.color}>
        <input
          type="color"
          className={styles.swatch}
          aria-label={t('templates.form.pick', { label })}
          value={value}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        />
        <TextInput
          id={id}
          size="xs"
          maxLength={7}
          value={typed}
          aria-describedby={warning ? `${id}-warning` : undefined}
          onChange={({ currentTarget }) => {
            setTyped(currentTarget.value);
            if (/^#[\da-f]{6}$/i.test(currentTarget.value)) onChange(currentTarget.value);
          }}
          onBlur={() => setTyped(value)}
        />
      </div>
      {warning && (
        <Input.Description id={`${id}-warning`} className={styles.warning}>
          {warning}
        </Input.Description>
      )}
    </div>
  );
}
