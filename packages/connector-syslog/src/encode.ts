import type { EncodedPart, EventRecord } from "@arbitex/core";
import type { HeaderOptions, SyslogFraming } from "@arbitex/core/syslog";
import { createSyslogHeader } from "@arbitex/core/syslog";

export interface JsonEncoderOptions extends HeaderOptions {
  readonly framing: SyslogFraming;
}

/**
 * Creates the encoder of events as messages with their JSON unchanged. It omits the byte order mark that RFC 5424 puts
 * before UTF-8, which receivers of JSON do not expect.
 */
export function createJsonEncoder({ framing, ...options }: JsonEncoderOptions) {
  const headerOf = createSyslogHeader(options);
  return (record: EventRecord): readonly EncodedPart[] => {
    const header = headerOf(record);
    if (framing === "lf") return [header, { record }, "\n"];
    // The header is ASCII. The length is in bytes, not characters.
    return [`${header.length + Buffer.byteLength(record.json)} ${header}`, { record }];
  };
}
