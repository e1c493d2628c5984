import { en } from './en.ts';

/** What a catalogue of words holds, whatever its language. */
export type Words = typeof en;

/** The words of the language in use. */
export const words: Words = en;
