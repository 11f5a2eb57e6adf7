/**
 * What only an operator may set, because it gives a tenant access to the machine. `path`: any text but PEM, since it
 * names a file. `always`: any value, such as one that selects the machine's own identity. Set it as `operatorOnly` in
 * the setting's zod `meta`; it is then refused in an organisation's own settings.
 */
export type OperatorOnly = "path" | "always";
