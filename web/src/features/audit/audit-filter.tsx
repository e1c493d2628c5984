import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import type { AuditEntry } from '../../api/client.ts';
import type { AuditFilters } from '../../api/queries/people.ts';
import { t } from '../../locales/messages.ts';
import { filterOptions } from '../../ui/filter-options.ts';
import styles from './audit.module.css';

/** Filters the audit log by person, action, subject and date. */
export function AuditFilter({
  filters,
  onChange,
  actors,
  actions,
}: {
  filters: AuditFilters;
  onChange(next: AuditFilters): void;
  actors: Array<{ id: string; name: string }>;
  actions: Array<AuditEntry['action']>;
}) {
  const [subject, setSubject] = useState(filters.subject ?? '');
  const change = (part: AuditFilters) => {
    const next = { ...filters, ...part };
    onChange(Object.fromEntries(Object.entries(next).filter(([, value]) => value)) as AuditFilters);
  };
  const setSubjectDebounced = useDebouncedCallback((value: string) => change({ subject: value }), 250);
  return (
    <search className={styles.filter}>
      <Select
        label={t('audit.who')}
        placeholder={t('audit.anybody')}
        clearable
        searchable
        filter={filterOptions}
        data={actors.map(({ id, name }) => ({ value: id, label: name }))}
        value={filters.actorId ?? null}
        onChange={(value) => change({ actorId: value ?? '' })}
      />
      <Select
        label={t('audit.what')}
        placeholder={t('audit.anything')}
        clearable
        searchable
        filter={filterOptions}
        data={actions.map((value) => ({ value, label: t(`audit.actions.${value}`) }))}
        value={filters.action ?? null}
        onChange={(value) => change({ action: value ?? undefined })}
      />
      <TextInput
        label={t('audit.subject')}
        placeholder={t('audit.subjectHelp')}
        value={subject}
        onChange={({ currentTarget: { value } }) => {
          setSubject(value);
          setSubjectDebounced(value);
        }}
      />
      <TextInput
        type="date"
        label={t('audit.from')}
        value={toDateInput(filters.from, 0)}
        onChange={({ currentTarget: { value } }) => change({ from: fromDateInput(value, 0) })}
      />
      <TextInput
        type="date"
        label={t('audit.until')}
        value={toDateInput(filters.until, -1)}
        onChange={({ currentTarget: { value } }) => change({ until: fromDateInput(value, 1) })}
      />
      {Object.keys(filters).length > 0 && (
        <Button
          variant="subtle"
          color="gray"
          onClick={() => {
            setSubject('');
            setSubjectDebounced.cancel();
            onChange({});
          }}
        >
          {t('audit.clear')}
        </Button>
      )}
    </search>
  );
}

/** The start of a local date, moved by a number of days; ISO 8601. */
function fromDateInput(day: string, dayOffset: number): string {
  const [year, month, date] = day.split('-').map(Number);
  if (!year || !month || !date) return '';
  return new Date(year, month - 1, date + dayOffset).toISOString();
}

function toDateInput(moment: string | undefined, dayOffset: number): string {
  if (!moment) return '';
  const at = new Date(moment);
  const day = new Date(at.getFullYear(), at.getMonth(), at.getDate() + dayOffset);
  const padTwo = (part: number) => String(part).padStart(2, '0');
  return `${day.getFullYear()}-${padTwo(day.getMonth() + 1)}-${padTwo(day.getDate())}`;
}
