import { Select, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { tags } from '../../api/queries/conversation.ts';
import { mailboxes } from '../../api/queries/mailboxes.ts';
import { members } from '../../api/queries/people.ts';
import { openingHours, type ReportSubject } from '../../api/queries/reports.ts';
import { t } from '../../locales/messages.ts';
import { daysAgo, type Period, periodDays } from '../../ui/figures/period.ts';
import { filterOptions } from '../../ui/filter-options.ts';
import styles from './reports.module.css';

export type Filters = ReportSubject & { period: Period; withinHours: boolean };

/** What the reports are about: a period, an address, a person, a tag. */
export function ReportFilters({
  instanceId,
  filters,
  onChange,
}: {
  instanceId: string;
  filters: Filters;
  onChange(filters: Filters): void;
}) {
  const { period, withinHours, mailboxId, userId, tagId } = filters;
  const hours = useQuery(openingHours(instanceId));
  const choices = useChoices(instanceId);
  const set = (change: Partial<Filters>) => onChange({ ...filters, ...change });
  const setDate = (change: { from?: string; to?: string }) => {
    const { from, to } = { ...period, ...change };
    if (from && to && from <= to) set({ period: { days: null, from, to } });
  };
  const subject = (key: keyof ReportSubject, label: string, data: Choice[], value: string | undefined) => (
    <Select
      label={label}
      placeholder={t('reports.all')}
      data={data}
      value={value ?? null}
      onChange={(chosen) => set({ [key]: chosen ?? undefined })}
      clearable
      searchable
      filter={filterOptions}
    />
  );
  return (
    <div className={styles.filters}>
      <Select
        label={t('reports.period')}
        data={[
          ...periodDays.map((days) => ({ value: String(days), label: t('reports.lastDays', { days }) })),
          { value: 'custom', label: t('reports.custom') },
        ]}
        value={period.days === null ? 'custom' : String(period.days)}
        onChange={(value) => {
          if (value === 'custom') set({ period: { ...period, days: null } });
          else if (value) set({ period: daysAgo(Number(value)) });
        }}
        allowDeselect={false}
      />
      {period.days === null && (
        <>
          <TextInput
            type="date"
            label={t('reports.from')}
            value={period.from}
            max={period.to}
            onChange={(event) => setDate({ from: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label={t('reports.to')}
            value={period.to}
            min={period.from}
            onChange={(event) => setDate({ to: event.currentTarget.value })}
          />
        </>
      )}
      {subject('mailboxId', t('reports.address'), choices.mailbox, mailboxId)}
      {subject('userId', t('reports.person'), choices.user, userId)}
      {subject('tagId', t('reports.tag'), choices.tag, tagId)}
      {hours.data?.openingHours && (
        <Switch
          label={t('reports.withinHours')}
          checked={withinHours}
          onChange={(event) => set({ withinHours: event.currentTarget.checked })}
          mb={8}
        />
      )}
    </div>
  );
}

type Choice = { value: string; label: string };

/** The addresses, people and tags of the organization. */
export function useChoices(instanceId: string): Record<'mailbox' | 'user' | 'tag', Choice[]> {
  const addresses = useQuery(mailboxes(instanceId));
  const people = useQuery(members(instanceId));
  const allTags = useQuery(tags(instanceId));
  return {
    mailbox: (addresses.data?.mailboxes ?? []).map(({ id, address }) => ({ value: id, label: address })),
    user: (people.data?.members ?? []).map(({ id, name }) => ({ value: id, label: name })),
    tag: (allTags.data?.tags ?? []).map(({ id, name }) => ({ value: id, label: name })),
  };
}
