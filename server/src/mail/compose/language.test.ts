import { expect, test } from 'vitest';
import { directionOf, languageOf } from './language.ts';

test.each([
  ['Hello Ana, your parcel left today.', 'en', 'ltr'],
  ['Guten Tag, wo bleibt mein Paket?', 'de', 'ltr'],
  ['Bonjour, où est mon colis ?', 'fr', 'ltr'],
  ['¿Dónde está mi paquete?', 'es', 'ltr'],
  ['שלום, החבילה בדרך אליך', 'he', 'rtl'],
  ['مرحبا، الطرد في الطريق إليك', 'ar', 'rtl'],
  ['您好，包裹已寄出', 'zh', 'ltr'],
  ['荷物はどこですか', 'ja', 'ltr'],
  ['소포는 어디에 있나요', 'ko', 'ltr'],
  ['ok', null, 'ltr'],
  ['4711', null, 'ltr'],
  ['', null, 'ltr'],
  // A name and an address in another script do not decide.
  ['החבילה של Acme Trading בדרך, ראו https://acme.example/track/order/number', 'he', 'rtl'],
])('%s', async (text, language, direction) => {
  expect(await languageOf(text)).toBe(language);
  expect(directionOf(text)).toBe(direction);
});
