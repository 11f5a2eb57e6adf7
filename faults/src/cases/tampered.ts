// Tampers with exports of a SIEM, in one way each, and looks whether `verify` finds it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fingerprintOf } from "@arbitex/core/host";
import { newStoredKey, signerOf } from "../../../packages/core/dist/delivery/transmit/stream/signing-keys.js";
import { readPublicKeys } from "../../../packages/server/dist/verify/public-keys.js";
import type { ExportVerdict } from "../../../packages/server/dist/verify/verify-export.js";
import { ExportCheck } from "../../../packages/server/dist/verify/verify-export.js";
import type { Chance } from "../schedule/seeded.ts";
import { createChance } from "../schedule/seeded.ts";
import type { NumberedExport } from "./numbered-export.ts";
import { createNumberedExport } from "./numbered-export.ts";

interface Line {
  metadata: { sequence: number; uid: string };
  message?: string;
  unmapped: {
    attestation: { chain_uid: string; fingerprint: { value: string }; signatures?: { value: string }[] };
    checkpoint?: { to: number; count: number } | undefined;
  };
}

type Tamper = (lines: Line[], chance: Chance) => Line[];

const tampers: Readonly<Record<string, Tamper>> = {
  removed: (lines, chance) => lines.toSpliced(chance.integer(0, lines.length - 1), 1),
  doubled: (lines, chance) => [...lines, pick(lines, chance)],
  altered: (lines, chance) => changed(lines, chance, (line) => ({ ...line, message: `${line.message ?? ""}!` })),
  swapped(lines, chance) {
    const one = pick(lines, chance);
    const other = pick(
      lines.filter((line) => line !== one && streamOf(line) === streamOf(one)),
      chance,
    );
    return lines.map((line) => {
      if (line === one) return swap(one, other.metadata.sequence);
      return line === other ? swap(other, one.metadata.sequence) : line;
    });
  },
  "tail cut"(lines, chance) {
    const stream = streamOf(pick(lines, chance));
    const last = Math.max(
      ...lines.filter((line) => streamOf(line) === stream).map(({ metadata }) => metadata.sequence),
    );
    const kept = last - chance.integer(1, 30);
    return lines.filter((line) => streamOf(line) !== stream || line.metadata.sequence <= kept);
  },
  "fingerprint forged": (lines, chance) =>
    changed(lines, chance, (line) => withFingerprint({ ...line, message: "another" }), isEvent),
  "checkpoint forged": (lines, chance) =>
    changed(
      lines,
      chance,
      (line) => {
        const { checkpoint } = line.unmapped;
        const shorter = checkpoint && { ...checkpoint, to: checkpoint.to - 1, count: checkpoint.count - 1 };
        return signedByAnother(withFingerprint({ ...line, unmapped: { ...line.unmapped, checkpoint: shorter } }));
      },
      (line) => !isEvent(line),
    ),
};

export interface TamperedOptions {
  readonly exports: number;
  readonly seed: number;
}

/** Prints one JSON object, and answers with 1 when a tampering is not found, or something is found in a whole export. */
export async function tampered({ exports, seed }: TamperedOptions): Promise<number> {
  const chance = createChance(seed);
  const found: Record<string, number> = {};
  const missed: string[] = [];
  const names = Object.keys(tampers);
  let original = await createNumberedExport(chance);
  for (let round = 0; round < exports; round++) {
    if (round % 50 === 49) original = await createNumberedExport(chance);
    const name = names[round % names.length] ?? "";
    const lines = original.lines.map((line): Line => JSON.parse(line));
    if (round % 50 === 0 && !isWhole(await judged(original, lines))) missed.push(`round ${round}: a whole export`);
    const verdict = await judged(original, tampers[name]?.(lines, chance) ?? lines);
    if (isWhole(verdict)) missed.push(`round ${round}: ${name}`);
    else found[name] = (found[name] ?? 0) + 1;
  }
  process.stdout.write(`${JSON.stringify({ seed, exports, found, missed })}\n`);
  return missed.length === 0 ? 0 : 1;
}

async function judged({ ledger, keys }: NumberedExport, lines: readonly Line[]): Promise<ExportVerdict> {
  const folder = mkdtempSync(join(process.env["FAULTS_FOLDER"] ?? tmpdir(), "tampered-"));
  try {
    const path = join(folder, "keys.json");
    writeFileSync(path, JSON.stringify({ keys }));
    const check = new ExportCheck(await readPublicKeys(path));
    check.addLedger(ledger);
    for (const line of lines) check.addValue(line);
    return check.verdict();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A repeat is no fault, since SIEMs store some; it must be named all the same. */
function isWhole({ isComplete, streams }: ExportVerdict): boolean {
  return isComplete && streams.every(({ repeated }) => repeated.length === 0);
}

function changed(
  lines: readonly Line[],
  chance: Chance,
  change: (line: Line) => Line,
  isChosen: (line: Line) => boolean = () => true,
): Line[] {
  const victim = pick(lines.filter(isChosen), chance);
  return lines.map((line) => (line === victim ? change(line) : line));
}

function swap(line: Line, sequence: number): Line {
  return { ...line, metadata: { ...line.metadata, sequence } };
}

function withFingerprint(line: Line): Line {
  const { attestation } = line.unmapped;
  const value = fingerprintOf({ ...line });
  const fingerprint = { ...attestation.fingerprint, value };
  return { ...line, unmapped: { ...line.unmapped, attestation: { ...attestation, fingerprint } } };
}

function signedByAnother(line: Line): Line {
  const { attestation } = line.unmapped;
  const value = signerOf(newStoredKey(0)).sign(Buffer.from(attestation.fingerprint.value, "hex")).toString("base64");
  const signatures = attestation.signatures?.map((each) => ({ ...each, value }));
  return {
    ...line,
    unmapped: { ...line.unmapped, attestation: { ...attestation, ...(signatures && { signatures }) } },
  };
}

function streamOf({ unmapped }: Line): string {
  return unmapped.attestation.chain_uid;
}

function isEvent({ unmapped }: Line): boolean {
  return unmapped.checkpoint === undefined;
}

function pick<One>(list: readonly One[], chance: Chance): One {
  const one = list[chance.integer(0, list.length - 1)];
  if (one === undefined) throw new TypeError("nothing to tamper with");
  return one;
}
