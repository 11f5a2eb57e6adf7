/** Longest source of a filter, in characters. */
export const MOST_SOURCE = 4096;
/** Most nodes of its syntax tree. */
export const MOST_NODES = 200;
/** Deepest nesting of its syntax tree. */
export const MOST_DEPTH = 32;
/** Elements of an array that `exists` looks at. */
export const MOST_ELEMENTS = 100;
/** Characters of a text that `matches` looks at. Its time grows with their number times the pattern's size. */
export const MOST_MATCHED = 512;
/** Characters of a text that `contains` looks at. */
export const MOST_SEARCHED = 10_000;
/** Most uses of `contains` in a filter: each may read that much. */
export const MOST_CONTAINS = 20;
/** Longest pattern of `matches`, in characters. */
export const MOST_PATTERN = 200;
/** Largest pattern, with repeats written out: `(((a?){9}){9}){9}` is short and enormous. */
export const MOST_PATTERN_SIZE = 200;
/** Most instructions of a compiled pattern. */
export const MOST_PROGRAM = 100;
/** Most patterns of a filter: each may read the whole of a text. */
export const MOST_PATTERNS = 5;
/** Most uses of `exists`. */
export const MOST_EXISTS = 5;
