import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser';

/** A message as it is kept and sent: plain text, or the parsed elements where something in it changes. */
export type Compiled = string | MessageFormatElement[];

/** Parses a message in ICU MessageFormat; `<` and `>` are text. Throws a SyntaxError where it is invalid. */
export function compile(message: string): Compiled {
  const elements = parse(message, { ignoreTag: true });
  const plain = elements.every(({ type }) => type === TYPE.literal);
  return plain ? elements.map((element) => (element as { value: string }).value).join('') : elements;
}

/** The parameters of a message by their names: a number where it is counted or written as one. */
export function parametersOf(message: Compiled): Record<string, 'string' | 'number'> {
  const found: Record<string, 'string' | 'number'> = {};
  const look = (elements: MessageFormatElement[]) => {
    for (const element of elements) {
      if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
      const isNumber = element.type === TYPE.number || element.type === TYPE.plural;
      if (isNumber || !found[element.value]) found[element.value] = isNumber ? 'number' : 'string';
      if (element.type === TYPE.plural || element.type === TYPE.select) {
        for (const { value } of Object.values(element.options)) look(value);
      }
    }
  };
  if (typeof message !== 'string') look(message);
  return found;
}
