/** One way in which this build and an earlier one do the same work. */
export interface Comparison {
  readonly name: string;
  readonly title: string;
  /** The case of the bench that has the contenders. */
  readonly case: string;
  readonly ours: string;
  /** What the earlier build runs, if it has no such contender. Default: the same. */
  readonly before?: string;
  /** Measured in the same rounds, as far as they are installed. */
  readonly beside: readonly string[];
}

export const comparisons: readonly Comparison[] = [
  {
    name: "http-disk",
    title: "server by HTTP, disk queue, five plain",
    case: "five",
    ours: "ours, server by HTTP, disk queue",
    beside: ["prototype, objects"],
  },
  {
    name: "auto",
    title: "the same with `batch: auto`, before without",
    case: "five",
    ours: "ours, server by HTTP, disk queue, batch: auto",
    before: "ours, server by HTTP, disk queue",
    beside: ["prototype, objects"],
  },
  {
    name: "input",
    title: "`run --input`, five plain",
    case: "five",
    ours: "ours, server by stdin",
    beside: ["prototype, texts"],
  },
  {
    name: "hec",
    title: "server by HTTP, disk queue, Splunk HEC plain",
    case: "hec",
    ours: "ours, server by HTTP, disk queue",
    beside: ["Fluent Bit", "prototype, objects"],
  },
  {
    name: "unread",
    title: "texts unread, five plain",
    case: "five",
    ours: "ours, texts unread",
    beside: ["syslog-ng, unread", "prototype, texts unread"],
  },
  {
    name: "texts",
    title: "texts, five plain",
    case: "five",
    ours: "ours, texts",
    beside: ["prototype, texts"],
  },
  {
    name: "gzip",
    title: "server by HTTP, disk queue, five gzip",
    case: "five-gzip",
    ours: "ours, server by HTTP, disk queue",
    beside: ["prototype, objects"],
  },
  {
    name: "objects",
    title: "objects, five plain",
    case: "five",
    ours: "ours, objects",
    beside: ["prototype, objects"],
  },
];
