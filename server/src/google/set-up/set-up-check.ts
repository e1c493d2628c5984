/** The checks, in the order of the guide (docs/google.md). */
export type CheckId =
  | 'gmail-api'
  | 'url'
  | 'client'
  | 'reach'
  | 'redirect'
  | 'scopes'
  | 'audience'
  | 'credentials'
  | 'topic'
  | 'publisher'
  | 'subscription'
  | 'push'
  | 'arriving'
  | 'security-events';

/**
 * `ok`: seen to be right. `missing`, `wrong`: the remedy says what to type where. `unseen`: it cannot be
 * seen from here. `off`: not set up, and not needed.
 */
export type SetUpCheck = {
  id: CheckId;
  state: 'ok' | 'missing' | 'wrong' | 'unseen' | 'off';
  sentence: string;
  remedy: string;
};

/** One outcome; without a remedy nothing needs doing. */
export function check(id: CheckId, state: SetUpCheck['state'], sentence: string, remedy = ''): SetUpCheck {
  return { id, state, sentence, remedy };
}
