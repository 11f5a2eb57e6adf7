import { fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCertificates } from "@arbitex/simulators";
import { answerOf } from "./child.ts";
import type { BenchCase } from "./cases.ts";
import { warmUpOf } from "./events.ts";
import { repositoryRoot } from "./repository-root.ts";
import { runProgram } from "./programs/run-program.ts";
import type { Job, Measured } from "./measured.ts";
import { assertArrived, startSinks } from "./sinks.ts";

/** Runs one contender, of this build or another, against fresh sinks, and checks at each that everything arrived once. */
export async function runContender(
  { name: caseName, contenders }: BenchCase,
  name: string,
  count: number,
  root = repositoryRoot,
): Promise<Measured> {
  const contender = contenders[name];
  if (contender === undefined) throw new Error(`${caseName} has no contender named ${name}`);
  const isTls = contender.kind === "sender" && contender.tls === true;
  const sinks = await startSinks(contender.sinks, isTls ? "https" : "http");
  try {
    const measured =
      contender.kind === "sender"
        ? await runSender({ caseName, name, count, sinks: sinks.addresses }, root)
        : await runProgram(contender, { sinks, count, compression: contender.compression, root });
    await assertArrived(name, sinks, count + warmUpOf(count));
    return measured;
  } finally {
    sinks.stop();
  }
}

async function runSender(job: Job, root: string): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "arbitex-bench-"));
  const ca = join(folder, "ca.pem");
  writeFileSync(ca, testCertificates.ca);
  try {
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: ca };
    const sender = fork(join(root, "bench", "dist", "sender-process.js"), { env });
    sender.send(job);
    return await answerOf<Measured>(sender);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
