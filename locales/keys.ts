import type { Messages } from './generated/messages.ts';

/** The key of a message: its place in the catalogues, such as `list.assigned`. */
export type MessageKey = keyof Messages;

type All<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer Both) => void
  ? Both
  : never;
/** What is passed beside a key: nothing, or its parameters; of several possible keys, the parameters of all. */
export type Arguments<Key extends MessageKey> = [Messages[Key]] extends [null]
  ? []
  : [parameters: All<Exclude<Messages[Key], null>>];

/** Parameters where the key is known only at run time. */
export type Parameters = Record<string, string | number>;

type CodeOf<Key> = Key extends `problems.${infer Code}.title` ? Code : never;
/** The code of a problem that the catalogues have texts for. */
export type ProblemCode = CodeOf<MessageKey>;
