/** A command line that cannot be carried out: its message says what is wrong and what to write instead. */
export class UsageError extends Error {}
