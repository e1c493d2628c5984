import { casual } from 'chrono-node/fr';
import type { TypedTimeLanguage } from '../typed-time-language.ts';

/** Spellings that chrono-node does not parse, and the same in spellings that it parses. */
const rewrites: Array<[RegExp, string]> = [
  [/\b(lun|mar|mer|jeu|ven|sam|dim)\. ?/gi, '$1 '],
  [/\baprès[- ]demain\b/gi, 'dans 2 jours'],
  [/\bune demi[- ]heure\b/gi, '30 min'],
  [/(?<!après[- ])\bmidi\b/gi, '12h'],
  // "vendredi 14 h 30", but "dans 3 h".
  [/(?<!dans )\b(\d{1,2}) ?h(?:eures?)?(?: ?(\d\d))?(?!\p{L})/giu, '$1h$2'],
];

export default {
  parse: (text, now) => casual.parse(text, now, { forwardDate: true }),
  normalize: (text) => rewrites.reduce((changed, [from, to]) => changed.replace(from, to), text).trim(),
  nextWeek: /^(la )?semaine prochaine$/i,
  hourOnly: /^(?:à )?(\d{1,2})(?:[:h](\d\d)?)?$/i,
  dayParts: [
    [/après[- ]midi/i, 14],
    [/\bsoir(ée)?(?!\p{L})/iu, 18],
    [/\bnuit\b/i, 20],
  ],
  ignoredWords:
    /(?<!\p{L})(à|a|au|le|la|du|de|ce|cet|cette|vers|dès|avant|jusqu.(à|au)|prochaine?|matin)(?!\p{L})|[\s,.]/giu,
} satisfies TypedTimeLanguage;
