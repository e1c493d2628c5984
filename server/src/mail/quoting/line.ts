/**
 * One line of a message. `quoted`: it is marked as quoted, by ">" or by an element in HTML. `cut`: the
 * mail program marks everything from here on as quoted. `signature`: it is marked as a signature.
 */
export type Line = { text: string; quoted: boolean; cut?: boolean; signature?: boolean };
export type LineKind = 'own' | 'quoted' | 'signature';
