import type { CheckStep } from "@arbitex/core";
import { jsonOf, reasonOf } from "@arbitex/core";
import { z } from "zod";
import type { Ask } from "./ask.ts";
import type { ElasticConfig } from "./schema.ts";

const NAME = "target";

const names = z.union([z.array(z.string()), z.string().transform((name) => [name])]);

const resolvedSchema = z.object({
  indices: z.array(z.object({ name: z.string(), attributes: z.array(z.string()).default([]) })),
  aliases: z.array(z.object({ name: z.string(), indices: names })),
  data_streams: z.array(z.object({ name: z.string(), backing_indices: names })),
});

type Resolved = z.output<typeof resolvedSchema>;

const blocksSchema = z.record(z.string(), z.object({ settings: z.record(z.string(), z.unknown()) }));

/** Step `target`: what the configured name refers to, and whether anything blocks events. */
export async function checkTarget(ask: Ask, config: ElasticConfig): Promise<readonly CheckStep[]> {
  const reply = await ask(`/_resolve/index/${encodeURIComponent(config.index)}`);
  if (reply.status === 404) return [missing(config)];
  const resolved = resolvedSchema.safeParse(jsonOf(reply)).data;
  if (reply.status !== 200 || resolved === undefined) {
    return [{ name: NAME, status: "skipped", detail: `the credential may not look at it: ${reasonOf(reply)}` }];
  }
  const found = targetOf(resolved);
  if (found === undefined) return [missing(config)];
  if (found.closed) {
    return [
      { name: NAME, status: "failed", detail: `${found.what} is closed`, fix: "Open it, or name another index." },
    ];
  }
  const block = found.writeIndex === undefined ? undefined : await blockOf(ask, found.writeIndex);
  if (block !== undefined) {
    return [
      {
        name: NAME,
        status: "failed",
        detail: `${found.what} is blocked by ${block}`,
        fix: "Make space on the cluster's disks if that is why it was set, then remove the block.",
      },
    ];
  }
  const surprise = config.target === "data_stream" && !found.isDataStream ? ", not a data stream" : "";
  return [{ name: NAME, status: "passed", detail: `${found.what}${surprise}` }];
}

interface Target {
  readonly what: string;
  readonly isDataStream: boolean;
  readonly closed: boolean;
  /** The index that receives new documents, if it is certain. */
  readonly writeIndex?: string;
}

function targetOf({ data_streams, aliases, indices }: Resolved): Target | undefined {
  const [stream] = data_streams;
  if (stream !== undefined) {
    const writeIndex = stream.backing_indices.at(-1);
    return {
      what: `data stream ${stream.name}`,
      isDataStream: true,
      closed: false,
      ...(writeIndex !== undefined && { writeIndex }),
    };
  }
  const [alias] = aliases;
  if (alias !== undefined) return { what: `alias ${alias.name}`, isDataStream: false, closed: false };
  const [index] = indices;
  if (index === undefined) return undefined;
  const closed = index.attributes.includes("closed");
  return { what: `index ${index.name}`, isDataStream: false, closed, writeIndex: index.name };
}

function missing({ index, target }: ElasticConfig): CheckStep {
  const detail =
    target === "data_stream"
      ? `${index} does not exist yet: the first event creates it, as a data stream if an index template says so (see setup/)`
      : `${index} does not exist yet: the first event creates it if the cluster allows that`;
  return { name: NAME, status: "skipped", detail };
}

/** Returns the blocks that keep documents out of an index; undefined if there are none or they cannot be read. */
async function blockOf(ask: Ask, index: string): Promise<string | undefined> {
  const reply = await ask(`/${encodeURIComponent(index)}/_settings/index.blocks.*?flat_settings=true`);
  if (reply.status !== 200) return undefined;
  const settings = blocksSchema.safeParse(jsonOf(reply)).data?.[index]?.settings ?? {};
  const set = Object.keys(settings).filter((key) => key !== "index.blocks.read" && String(settings[key]) === "true");
  return set.length === 0 ? undefined : set.join(", ");
}
