/** More threads than cores only cost memory. In a file of its own, since the command line names it before anything else is loaded. */
export const MAX_WORKERS = 256;
