import { isAbsolute } from "node:path";
import { z } from "zod";

export const fileSchema = z.strictObject({
  path: z
    .string()
    .refine((path) => isAbsolute(path), { error: "must be an absolute path, such as /var/lib/arbitex/audit" })
    .meta({
      description:
        "Folder to write to, for this destination alone. Made if it is not there; the folder above it must be.",
      operatorOnly: "always",
    }),
  prefix: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/i, { error: "must be letters, digits, - and _, at most 40 of them" })
    .default("audit")
    .meta({ description: "What the names of the files begin with.", operatorOnly: "always" }),
  max_file_bytes: z.int().min(1024).max(17_179_869_184).default(134_217_728).meta({
    description: "Size at which a file is closed and the next one begun. A batch is never divided.",
    operatorOnly: "always",
  }),
  max_file_age: z.int().min(1).max(86_400).default(3600).meta({
    description: "Seconds from its first event after which a file is closed, whatever its size.",
    operatorOnly: "always",
  }),
});

export type FileConfig = z.output<typeof fileSchema>;
