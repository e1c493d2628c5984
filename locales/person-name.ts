/** The parts of a customer's name that messages are filled with; each is empty where it is not known. */
export type NameParts = {
  /** As it is stored. */
  name: string;
  /** In the order in which it is read aloud; the address where there is no name. */
  displayName: string;
  firstName: string;
  lastName: string;
};

const title = /^(dr|prof|mr|mrs|ms|mx|miss|sir|herr|frau|mme|mlle|monsieur|madame|sr|sra|sig|dhr|mevr)\.?$/i;
/** What follows a comma in the name of a person or a company without being a first name. */
const suffix =
  /^(jr|sr|i{2,3}|iv|phd|md|mba|msc|bsc|esq|cpa|rn|inc|llc|llp|ltd|limited|corp|co|gmbh|ag|kg|ug|ohg|sa|sas|sarl|srl|spa|bv|nv|ab|oy|as|aps|plc|pty)$/i;
/** A name of several people or of a company. */
const several = /[&+/\d]|\s(and|und|et|y|e|og|och|en)\s/i;

/**
 * Splits a name as it stands in a From field or a list: `Ana Silva`, `Silva, Ana`, `"Silva, Ana" (Acme)`. An
 * address in the place of a name, which customers without a name have, is none.
 */
export function splitName(stored: string, address: string): NameParts {
  const plain = stored.replace(/\s+/g, ' ').trim();
  const name = isAddress(plain, address) ? '' : plain;
  const ordered = inReadingOrder(name);
  const words = ordered.split(' ');
  const named = words.findIndex((word) => !title.test(word));
  const titled = named > 0;
  const [first = '', ...others] = named < 0 ? [] : words.slice(named);
  // "Frau Müller" tells the last name only.
  const onlyLast = titled && others.length === 0;
  return {
    name,
    displayName: ordered || address,
    firstName: onlyLast ? '' : first,
    lastName: onlyLast ? first : others.join(' '),
  };
}

function isAddress(name: string, address: string): boolean {
  return name.toLowerCase() === address.toLowerCase() || /^[<'"]*[^\s@]+@[^\s@]+[>'"]*$/.test(name);
}

/** Without quotes, remarks in brackets and suffixes, and with the first name first. */
function inReadingOrder(name: string): string {
  const bare = name
    .replace(/\s*[([][^()[\]]*[)\]]\s*/g, ' ')
    .replace(/["“”«»„]/g, '')
    .trim()
    .replace(/^['‘’]+|['‘’]+$/g, '');
  const isSuffix = (part: string) => suffix.test(part.replaceAll('.', ''));
  const parts = (bare || name)
    .split(/[,，]/)
    .map((part) => part.trim())
    .filter((part, index) => part !== '' && (index === 0 || !isSuffix(part)));
  const [last, first] = parts;
  if (parts.length !== 2 || several.test(bare)) return parts.join(' ');
  return `${first} ${last}`;
}
