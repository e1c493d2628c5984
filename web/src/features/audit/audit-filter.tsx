import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import type { AuditEntry } from '../../api/client.ts';
import type { AuditFilters } from '../../api/queries.ts';
import { words } from '../../words/words.ts';
import styles from './audit.module.css';

/** What of the log is shown: by person, action, subject and days. */
export function AuditFilter({
  asked,
  ask,
  actors,
  actions,
}: {
  asked: AuditFilters;
  ask(next: AuditFilters): void;
  actors: Array<{ id: string; name: string }>;
  actions: Array<AuditEntry['action']>;
}) {
  const [subject, setSubject] = useState(asked.subject ?? '');
  const change = (part: AuditFilters) => {
    const next = { ...asked, ...part };
    ask(Object.fromEntries(Object.entries(next).filter(([, value]) => value)) as AuditFilters);
  };
  const askSubject = useDebouncedCallback((value: string) => change({ subject: value }), 250);
  const says = words.audit;
  return (
    <search className={styles.filter}>
      <Select
        label={says.who}
        placeholder={says.anybody}
        clearable
        searchable
        data={actors.map(({ id, name }) => ({ value: id, label: name }))}
        value={asked.actorId ?? null}
        onChange={(value) => change({ actorId: value ?? '' })}
      />
      <Select
        label={says.what}
        placeholder={says.anything}
        clearable
        searchable
        data={actions.map((value) => ({ value, label: says.actions[value] }))}
        value={asked.action ?? null}
        onChange={(value) => change({ action: value ?? undefined })}
      />
      <TextInput
        label={says.subject}
        placeholder={says.subjectHelp}
        value={subject}
        onChange={({ currentTarget: { value } }) => {
          setSubject(value);
          askSubject(value);
        }}
      />
      <TextInput
        type="date"
        label={says.from}
        value={dayOf(asked.from, 0)}
        onChange={({ currentTarget: { value } }) => change({ from: startOf(value, 0) })}
      />
      <TextInput
        type="date"
        label={says.until}
        value={dayOf(asked.until, -1)}
        onChange={({ currentTarget: { value } }) => change({ until: startOf(value, 1) })}
      />
      {Object.keys(asked).length > 0 && (
        <Button
          variant="subtle"
          color="gray"
          onClick={() => {
            setSubject('');
            ask({});
          }}
        >
          {says.clear}
        </Button>
      )}
    </search>
  );
}

/** The first moment of a day here, so many days on; ISO 8601. */
function startOf(day: string, later: number): string {
  const [year, month, date] = day.split('-').map(Number);
  if (!year || !month || !date) return '';
  return new Date(year, month - 1, date + later).toISOString();
}

function dayOf(moment: string | undefined, later: number): string {
  if (!moment) return '';
  const at = new Date(moment);
  const day = new Date(at.getFullYear(), at.getMonth(), at.getDate() + later);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
