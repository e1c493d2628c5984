/**
 * Whether a source names a key of the catalogues: as a string, or by a template whose fixed parts it has
 * (`views.${view}`).
 */
export function usedKeys(source: string): (key: string) => boolean {
  const literals = new Set(
    Array.from(source.matchAll(/(['"`])([\w-]+(?:\.[\w-]+)+)\1/g), ([, , key]) => key),
  );
  const templates = Array.from(source.matchAll(/`([\w-]+\.[\w.-]*\$\{[^`]*)`/g), ([, template]) => {
    const fixed = template!.split(/\$\{[^}]*\}/).map((text) => text.replaceAll('.', '\\.'));
    return new RegExp(`^${fixed.join('.+')}$`);
  });
  return (key) => literals.has(key) || templates.some((template) => template.test(key));
}
