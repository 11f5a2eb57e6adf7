/** 0 success, 1 findings, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2;
