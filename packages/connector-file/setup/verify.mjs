#!/usr/bin/env node
// Verifies the files of @arbitex/connector-file: node verify.mjs FOLDER [PREFIX] [--after SEQUENCE:HASH]
// Reads every file against its chain, and the chains against each other. Needs nothing but Node. Exit code 0 when all is as it
// was written, 1 when something is altered, missing or added, 2 for wrong usage. `--after` is where an earlier check ended.
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const words = process.argv.slice(2);
const at = words.indexOf("--after");
const [, afterSequence, afterHash] = /^(\d+):([0-9a-f]{64})$/.exec(at >= 0 ? words.splice(at, 2)[1] : "") ?? [];
const [folder, prefix = "audit"] = words;
if (folder === undefined || (at >= 0 && afterHash === undefined)) {
  console.error("usage: node verify.mjs FOLDER [PREFIX] [--after SEQUENCE:HASH]");
  process.exit(2);
}

const problems = [];
let previous = afterHash;
let sequence = afterSequence === undefined ? undefined : Number(afterSequence);
let events = 0;
let files = 0;
for (const { stem, number } of stems()) {
  if (sequence !== undefined && number <= sequence) continue;
  if (sequence !== undefined && number !== sequence + 1) say(stem, `file ${sequence + 1} to ${number - 1} missing`);
  const chain = await verifyFile(stem);
  if (chain !== undefined && previous !== undefined && sequence === number - 1 && chain.previous !== previous) {
    say(stem, "does not go on from the file before it");
  }
  previous = chain?.hash;
  sequence = number;
  events += chain?.events ?? 0;
  files += 1;
}
for (const problem of problems) console.log(problem);
console.log(`${files} files, ${events} events, ${problems.length} problems`);
if (previous !== undefined) console.log(`end ${sequence}:${previous}`);
process.exit(problems.length > 0 ? 1 : 0);

function stems() {
  const found = new Map();
  for (const name of readdirSync(folder)) {
    const [, stem, start, digits] = /^((.+)-(\d{10,15})-\d{8}T\d{6}Z)\.(?:ndjson|chain)(?:\.open)?$/.exec(name) ?? [];
    if (start === prefix) found.set(stem, { stem, number: Number(digits) });
  }
  return [...found.values()].toSorted((one, other) => one.number - other.number);
}

async function verifyFile(stem) {
  const [data, chain] = ["ndjson", "chain"].map((ending) => {
    const path = join(folder, `${stem}.${ending}`);
    return [path, `${path}.open`].find((candidate) => existsSync(candidate));
  });
  if (data === undefined || chain === undefined)
    return say(stem, data === undefined ? "events missing" : "chain missing");
  const text = readFileSync(chain, "utf8");
  const isOpen = chain.endsWith(".open");
  const [head, named, before] = /^arbitex-chain 1\nfile (\S+)\nprevious ([0-9a-f]{64})\n/.exec(text) ?? [];
  if (head === undefined || named !== `${stem}.ndjson`) return say(stem, "its chain has another beginning");
  let [hash, start, count, isClosed] = [before, 0, 0, false];
  for (const line of text.slice(head.length).split("\n").slice(0, -1)) {
    const [, kind, end, total, sealed] = /^(batch|closed) (\d+) (\d+) ([0-9a-f]{64})$/.exec(line) ?? [];
    if (sealed === undefined || isClosed) return say(stem, `its chain holds another line: ${line.slice(0, 80)}`);
    isClosed = kind === "closed";
    const found = isClosed ? { hash, lines: 0 } : await batchOf(data, hash, start, Number(end));
    if (found.hash !== sealed) return say(stem, `altered between byte ${start} and ${end}`);
    if (count + found.lines !== Number(total)) return say(stem, `holds ${count + found.lines} events, not ${total}`);
    [hash, start, count] = [sealed, Number(end), Number(total)];
  }
  const size = statSync(data).size;
  if (!isClosed && !isOpen) say(stem, "its chain has lost its end");
  // While a file grows, a batch may be in it that is not sealed yet.
  if (isClosed && size !== start) say(stem, `has ${size} bytes, its chain ${start}`);
  return { previous: before, hash, events: count };
}

async function batchOf(path, before, start, end) {
  const hash = createHash("sha256").update(`${before}\n`);
  let lines = 0;
  if (end <= start) return { hash: "", lines };
  for await (const chunk of createReadStream(path, { start, end: end - 1 })) {
    hash.update(chunk);
    for (const byte of chunk) if (byte === 10) lines += 1;
  }
  return { hash: hash.digest("hex"), lines };
}

function say(stem, what) {
  problems.push(`${stem}: ${what}`);
}
