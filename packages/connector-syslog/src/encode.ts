import type { EncodedPart, EventRecord } from "@arbitex/core";
import type { HeaderOptions, SyslogFraming } from "@arbitex/core/syslog";
import { createSyslogHeader } from "@arbitex/core/syslog";

export interface JsonEncoderOptions extends HeaderOptions {
  readonly framing: SyslogFraming;
}

/**
 * Makes an event one message with its JSON as it is. Without the byte order mark that RFC 5424 has before UTF-8: receivers
 * that look for JSON do not expect one.
 */
export function createJsonEncoder({ framing, ...options }: JsonEncoderOptions) {
  const headerOf = createSyslogHeader(options);
  return (record: EventRecord): readonly EncodedPart[] => {
    const header = headerOf(record);
    if (framing === "lf") return [header, { record }, "\n"];
    // The header is ASCII. The length counts bytes, not characters.
    return [`${header.length + Buffer.byteLength(record.json)} ${header}`, { record }];
  };
}
