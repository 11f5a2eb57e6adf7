/**
 * What of a setting is for the operator alone, because it makes the host give away what is the machine's: `path`, any
 * text but PEM, for it names a file; `always`, any value, such as one that names the machine's own identity. In a
 * setting's zod `meta`, as `operatorOnly`; an organisation's own settings are refused then.
 */
export type OperatorOnly = "path" | "always";
