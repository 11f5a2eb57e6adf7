/** Wrong use of the command line. Its message says what is wrong and what to type instead. */
export class UsageError extends Error {}
