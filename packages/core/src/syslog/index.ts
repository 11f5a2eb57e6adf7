/**
 * Events as syslog messages: RFC 5424 and RFC 3164 headers, framing for a stream, and CEF:0 and LEEF 2.0 with one
 * mapping of OCSF's fields. Pure functions; send the messages with `tcpSink` of `@arbitex/core`.
 */
export type { EncoderOptions } from "./encode.ts";
export { createEncoder } from "./encode.ts";
export type { HeaderOptions, SyslogFraming, SyslogHeader } from "./header.ts";
export { createFrame, createSyslogHeader, frameBytes } from "./header.ts";
export type { Row, Target, Weight } from "./mapping.ts";
export { derived, headerFields, mapping, notSent } from "./mapping.ts";
export { certificateWithKey, syslogSettings } from "./settings.ts";
export { severitiesOf } from "./severity.ts";
export { createShorteningNote } from "./shortening-note.ts";
