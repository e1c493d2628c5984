/** Thrown where a message of an import was to be stored that was paused, cancelled or removed meanwhile. */
export class ImportStopped extends Error {}
