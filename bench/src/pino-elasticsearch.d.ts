/** As much of `pino-elasticsearch` as the bench uses; the package brings no types. */
declare module "pino-elasticsearch" {
  import type { Transform } from "node:stream";

  export interface PinoElasticsearchOptions {
    readonly node: string;
    readonly index: string;
    readonly esVersion: number;
    readonly flushBytes: number;
  }

  /** Ends with the event `insert`, once everything was sent. */
  export default function pinoElasticsearch(options: PinoElasticsearchOptions): Transform;
}
