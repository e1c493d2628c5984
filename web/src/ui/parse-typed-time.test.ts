import { afterEach, expect, test } from 'vitest';
import { languages, loadAllMessages, setLanguage, t } from '../locales/messages.ts';
import { parseTypedTime } from './parse-typed-time.ts';

// The files share a process.
afterEach(async () => {
  await setLanguage('en');
});

/** A Monday. */
const now = new Date(2026, 10, 23, 14, 30);
const day = (date: number, hour = 9, minute = 0) => new Date(2026, 10, date, hour, minute);

test.each([
  ['tomorrow 9', day(24)],
  ['tomorrow at 14', day(24, 14)],
  ['Tomorrow', day(24)],
  ['tomorrow morning', day(24)],
  ['tomorrow evening', day(24, 18)],
  ['tonight', day(23, 20)],
  ['next monday', day(30)],
  ['next week', day(30)],
  ['fri 14:00', day(27, 14)],
  ['mon 9', day(30)],
  ['friday', day(27)],
  ['in 3 hours', day(23, 17, 30)],
  ['3h', day(23, 17, 30)],
  ['in 30 min', day(23, 15)],
  ['in 2 days', day(25)],
  ['3pm', day(23, 15)],
  ['9', day(24)],
  ['15:00', day(23, 15)],
  ['24 Dec 10:00', new Date(2026, 11, 24, 10)],
  ['3/12', new Date(2026, 11, 3, 9)],
  ['2026-12-01 08:00', new Date(2026, 11, 1, 8)],
  ['yesterday', day(22)],
])('“%s” is understood', async (text, at) => {
  expect(await parseTypedTime(text, now, 'en')).toEqual(at);
});

test.each([
  ['morgen 9 Uhr', day(24)],
  ['morgen um 14', day(24, 14)],
  ['Morgen', day(24)],
  ['morgen früh', day(24)],
  ['heute Abend', day(23, 18)],
  ['übermorgen 8:30', day(25, 8, 30)],
  ['nächsten Montag', day(30)],
  ['nächster Freitag', day(27)],
  ['nächste Woche', day(30)],
  ['fr 14:00', day(27, 14)],
  ['Freitag 14 Uhr', day(27, 14)],
  ['in 3 Stunden', day(23, 17, 30)],
  ['in einer Stunde', day(23, 15, 30)],
  ['in 2 Tagen', day(25)],
  ['in einer Woche', day(30)],
  ['15 Uhr', day(23, 15)],
  ['24.12. 10 Uhr', new Date(2026, 11, 24, 10)],
  ['3.1.', new Date(2027, 0, 3, 9)],
  ['24.12.2026 9:00', new Date(2026, 11, 24, 9)],
])('„%s“ is understood in German', async (text, at) => {
  expect(await parseTypedTime(text, now, 'de')).toEqual(at);
});

test.each([
  ['demain 9h', day(24)],
  ['demain à 14 h', day(24, 14)],
  ['Demain', day(24)],
  ['demain matin', day(24)],
  ['demain midi', day(24, 12)],
  ['demain après-midi', day(24, 14)],
  ['ce soir', day(23, 18)],
  ['cette nuit', day(23, 20)],
  ['après-demain 8h30', day(25, 8, 30)],
  ['lundi prochain', day(30)],
  ['la semaine prochaine', day(30)],
  ['ven. 14:00', day(27, 14)],
  ['lun 9h', day(30)],
  ['vendredi 14 h 30', day(27, 14, 30)],
  ['le 1er décembre', new Date(2026, 11, 1, 9)],
  ['dans 3 heures', day(23, 17, 30)],
  ['dans une heure', day(23, 15, 30)],
  ['dans une demi-heure', day(23, 15)],
  ['dans 2 jours', day(25)],
  ['dans une semaine', day(30)],
  ['15h', day(23, 15)],
  ['15 heures', day(23, 15)],
  ['à midi', day(24, 12)],
  ['9', day(24)],
  ['24 déc.', new Date(2026, 11, 24, 9)],
  ['24 décembre à 10h', new Date(2026, 11, 24, 10)],
  ['3/1', new Date(2027, 0, 3, 9)],
  ['24/12/2026 9:00', new Date(2026, 11, 24, 9)],
])('« %s » is understood in French', async (text, at) => {
  expect(await parseTypedTime(text, now, 'fr')).toEqual(at);
});

test.each(languages)('the example in the field is understood: %s', async (language) => {
  await setLanguage(language);
  await loadAllMessages();
  expect(await parseTypedTime(t('typedTime.placeholder'), now)).toEqual(day(24));
});

test('a language without a parser is typed in English', async () => {
  expect(await parseTypedTime('tomorrow 9', now, 'pt')).toEqual(day(24));
});

test.each(['', 'soon', 'tomorrow if it rains', 'the parcel', '25:00', 'fri 14:00 perhaps'])(
  '“%s” is not taken for what it does not say',
  async (text) => {
    expect(await parseTypedTime(text, now, 'en')).toBeNull();
    expect(await parseTypedTime(text, now, 'de')).toBeNull();
  },
);

test.each(['bientôt', 'demain s’il pleut', 'le colis', '25:00', '25h', 'ven. 14:00 peut-être'])(
  '« %s » is not understood in French',
  async (text) => {
    expect(await parseTypedTime(text, now, 'fr')).toBeNull();
  },
);
