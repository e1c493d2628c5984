/**
 * An expected refusal, as it crosses HTTP (RFC 9457): what happened and what to do, in plain words.
 */
export type Refusal = { code: string; sentence: string; remedy: string; status: number };

/** Carries a refusal out of a transaction to the HTTP door, rolling the transaction back. */
export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.sentence);
    this.refusal = refusal;
  }
}

/** A refusal; `status` is the HTTP status it is answered with. */
export function refusal(status: number, code: string, sentence: string, remedy = ''): Refusal {
  return { status, code, sentence, remedy };
}

/** Stops the start of the program: printed as it is, without a stack. */
export class StartRefused extends Error {}
