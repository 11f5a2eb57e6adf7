/** As much of `splunk-logging` as the tests use; the package brings no types. */
declare module "splunk-logging" {
  export interface LoggerConfig {
    readonly token: string;
    readonly url: string;
    readonly maxBatchCount?: number;
    readonly maxRetries?: number;
  }

  export interface LoggerContext {
    readonly message: unknown;
    readonly severity?: string;
    readonly metadata?: { readonly time?: number; readonly host?: string; readonly index?: string };
  }

  export type LoggerCallback = (error: Error | null, response: unknown, body: { text: string; code: number }) => void;

  export class Logger {
    constructor(config: LoggerConfig);
    error: (error: Error & { code?: number }) => void;
    send(context: LoggerContext, callback?: LoggerCallback): void;
    flush(callback?: LoggerCallback): void;
  }
}
