import { cpus, totalmem } from "node:os";

/** What a reader must know about where numbers were measured. */
export function machine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} × ${first?.model.trim() ?? "unknown CPU"}, ${memory} GB, ${process.platform}, Node ${process.version}`;
}
