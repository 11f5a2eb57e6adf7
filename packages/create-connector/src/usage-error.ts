/** A command line, or a folder, with which no connector can be made. Its message says what to do instead. */
export class UsageError extends Error {}
