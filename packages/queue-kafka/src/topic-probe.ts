import type { Clock } from "@arbitex/core/host";
import { errorText } from "./error-text.ts";
import type { KafkaSettings } from "./settings.ts";
import { whyNotWritable } from "./why-not-writable.ts";
import { readTopicState } from "./topic-state.ts";

const FRESH_MS = 2000;

/** Creates a test of whether the cluster takes events now. Answers within two seconds are the same. */
export function createTopicProbe({ settings, clock }: { readonly settings: KafkaSettings; readonly clock: Clock }) {
  let latest: Promise<string | undefined> | undefined;
  let at = Number.NEGATIVE_INFINITY;
  return (): Promise<string | undefined> => {
    if (latest === undefined || clock.elapsed() - at > FRESH_MS) {
      at = clock.elapsed();
      latest = probe(settings);
    }
    return latest;
  };
}

async function probe(settings: KafkaSettings): Promise<string | undefined> {
  try {
    return whyNotWritable(await readTopicState(settings), settings.topic);
  } catch (error) {
    return `the Kafka cluster does not answer: ${errorText(error)}`;
  }
}
