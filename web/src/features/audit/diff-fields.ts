import { t } from '../../locales/messages.ts';

export type FieldChange = { field: string; before: unknown; after: unknown };

/** The fields that differ between two states of an object. */
export function diffFields(before: unknown, after: unknown): FieldChange[] {
  const [oldFields, newFields] = [toFields(before), toFields(after)];
  return [...new Set([...Object.keys(oldFields), ...Object.keys(newFields)])]
    .map((field) => ({ field, before: oldFields[field], after: newFields[field] }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

function toFields(value: unknown): Record<string, unknown> {
  if (value === null || value === undefined) return {};
  return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : { value };
}

/** A value as text. */
export function formatValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return t('audit.nothing');
  if (typeof value === 'boolean') return value ? t('audit.yes') : t('audit.no');
  return typeof value === 'object' ? JSON.stringify(value, null, 1) : String(value);
}
