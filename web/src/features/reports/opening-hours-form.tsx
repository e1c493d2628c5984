import { ActionIcon, Button, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { OpeningHours, ProblemError } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { formatDate } from '../../ui/format.ts';
import { ProblemText } from '../../ui/problem-text.tsx';
import { RequiredTextInput } from '../../ui/required-input.tsx';
import styles from './reports.module.css';

const weekdays = [1, 2, 3, 4, 5, 6, 7];
const newTime = { from: '09:00', to: '17:00' };
const timeZones = Intl.supportedValuesOf('timeZone');

/** What is proposed as long as none are set: working days, in this browser's time zone. */
function proposedHours(): OpeningHours {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return { timeZone, week: [1, 2, 3, 4, 5].map((day) => ({ day, ...newTime })), holidays: [] };
}

// The third of January 2000 was a Monday.
const nameOfDay = (day: number) =>
  formatDate(new Date(Date.UTC(2000, 0, 2 + day)), { weekday: 'long', timeZone: 'UTC' });

/** When the organization answers: its time zone, the times of each weekday, and holidays. */
export function OpeningHoursForm({
  hours,
  save,
  saving,
  problem,
}: {
  hours: OpeningHours | null;
  save(hours: OpeningHours, onSaved: () => void): void;
  saving: boolean;
  problem: ProblemError | null;
}) {
  const [shown, setHours] = useState(() => hours ?? proposedHours());
  const [savedHours, setSavedHours] = useState(hours);
  const { timeZone, week, holidays } = shown;
  const set = (change: Partial<OpeningHours>) => setHours((before) => ({ ...before, ...change }));
  function submit(event: FormEvent) {
    event.preventDefault();
    save({ timeZone, week, holidays: holidays.filter(({ date }) => date) }, () => setSavedHours(shown));
  }
  return (
    <form onSubmit={submit} style={{ maxWidth: 560 }}>
      <Stack gap="lg">
        <Text size="sm" c="var(--text-muted)">
          {t('openingHours.text')}
        </Text>
        <Select
          label={t('openingHours.timeZone')}
          data={timeZones.includes(timeZone) ? timeZones : [timeZone, ...timeZones]}
          value={timeZone}
          onChange={(chosen) => chosen && set({ timeZone: chosen })}
          searchable
          allowDeselect={false}
        />
        <section aria-label={t('openingHours.week')}>
          <Title order={2} mb="xs">
            {t('openingHours.week')}
          </Title>
          <Stack gap="xs">
            {weekdays.map((day) => (
              <Day key={day} day={day} week={week} onChange={(changed) => set({ week: changed })} />
            ))}
          </Stack>
        </section>
        <section aria-label={t('openingHours.holidays')}>
          <Title order={2} mb="xs">
            {t('openingHours.holidays')}
          </Title>
          <Holidays holidays={holidays} onChange={(changed) => set({ holidays: changed })} />
        </section>
        <ProblemText problem={problem} />
        <Group>
          <Button type="submit" loading={saving} disabled={shown === savedHours}>
            {t('openingHours.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type Week = OpeningHours['week'];

function Day({ day, week, onChange }: { day: number; week: Week; onChange(week: Week): void }) {
  const name = nameOfDay(day);
  const times = week.flatMap((time, index) => (time.day === day ? [{ ...time, index }] : []));
  const change = (index: number, values: Partial<Week[number]>) =>
    onChange(week.map((time, at) => (at === index ? { ...time, ...values } : time)));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no grid in every browser
    <div role="group" aria-label={name} className={styles.day}>
      <Text size="sm">{name}</Text>
      <Stack gap={4} className={styles.times}>
        {times.length === 0 && (
          <Text size="sm" c="var(--text-muted)">
            {t('openingHours.closed')}
          </Text>
        )}
        {times.map(({ index, from, to }) => (
          <Group key={index} align="flex-start" gap="xs" wrap="nowrap">
            <RequiredTextInput
              type="time"
              size="xs"
              flex={1}
              miw={0}
              maw={120}
              aria-label={t('openingHours.opens', { day: name })}
              value={from}
              onChange={(event) => change(index, { from: event.currentTarget.value })}
            />
            <span aria-hidden className={styles.until}>
              –
            </span>
            <RequiredTextInput
              type="time"
              size="xs"
              flex={1}
              miw={0}
              maw={120}
              aria-label={t('openingHours.closes', { day: name })}
              // A time field has no 24:00: midnight at the end of a day is typed as 00:00.
              value={to === '24:00' ? '00:00' : to}
              onChange={(event) => change(index, { to: endOf(event.currentTarget.value) })}
            />
            <ActionIcon
              size={30}
              variant="subtle"
              color="gray"
              aria-label={t('openingHours.remove', { day: name })}
              onClick={() => onChange(week.filter((_, at) => at !== index))}
            >
              <IconX size={16} />
            </ActionIcon>
          </Group>
        ))}
      </Stack>
      <ActionIcon
        variant="subtle"
        aria-label={t('openingHours.add', { day: name })}
        onClick={() => onChange([...week, { day, ...newTime }])}
      >
        <IconPlus size={16} />
      </ActionIcon>
    </div>
  );
}

const endOf = (typed: string) => (typed === '00:00' ? '24:00' : typed);

type HolidayList = OpeningHours['holidays'];

function Holidays({ holidays, onChange }: { holidays: HolidayList; onChange(holidays: HolidayList): void }) {
  const change = (index: number, values: Partial<HolidayList[number]>) =>
    onChange(holidays.map((one, at) => (at === index ? { ...one, ...values } : one)));
  return (
    <Stack gap="xs" align="flex-start">
      {holidays.map(({ date, name }, index) => (
        <Group key={index} align="flex-start" gap="xs" wrap="nowrap">
          <RequiredTextInput
            type="date"
            size="xs"
            aria-label={t('openingHours.holidayDate')}
            value={date}
            onChange={(event) => change(index, { date: event.currentTarget.value })}
          />
          <TextInput
            size="xs"
            maxLength={100}
            aria-label={t('openingHours.holidayName')}
            placeholder={t('openingHours.holidayName')}
            value={name}
            onChange={(event) => change(index, { name: event.currentTarget.value })}
          />
          <ActionIcon
            size={30}
            variant="subtle"
            color="gray"
            aria-label={t('openingHours.removeHoliday', { name: name || date })}
            onClick={() => onChange(holidays.filter((_, at) => at !== index))}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => onChange([...holidays, { date: '', name: '' }])}
      >
        {t('openingHours.addHoliday')}
      </Button>
    </Stack>
  );
}
