import type { ChildProcess } from "node:child_process";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "./free-ports.ts";
import { kafkaClassPath } from "./kafka-jars.ts";
import { until } from "./until.ts";

/** A real Kafka cluster on loopback, without ZooKeeper. */
export interface KafkaCluster {
  readonly brokers: readonly KafkaBroker[];
  /** `host:port` of each broker, for one of the clients. */
  addressesFor(client: number): readonly string[];
  /** Creates a topic, and resolves once every partition has a leader. */
  createTopic(topic: Topic): Promise<void>;
  /** Changes settings of a topic. */
  configureTopic(name: string, settings: Readonly<Record<string, string>>): void;
  /** Adds partitions to a topic, up to `partitions`. */
  growTopic(name: string, partitions: number): void;
  /** Returns the offset of the oldest message in each partition of a topic. */
  earliest(name: string): readonly number[];
  remove(): Promise<void>;
}

export interface KafkaBroker {
  readonly isRunning: boolean;
  start(): Promise<void>;
  kill(signal: "SIGKILL" | "SIGSTOP" | "SIGCONT" | "SIGTERM"): Promise<void>;
}

interface Topic {
  readonly name: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly settings?: Readonly<Record<string, string>>;
}

export interface ClusterOptions {
  readonly size: number;
  /** Ports that clients are told, by client and broker, when something stands between. Default: the brokers' own. */
  readonly advertised?: (ports: readonly (readonly number[])[]) => Promise<readonly (readonly number[])[]>;
  /** Number of clients with addresses of their own. */
  readonly clients?: number;
  /** Settings of every broker besides those that a cluster on one machine needs. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How clients are let in. Default: everybody, in the clear. */
  readonly access?: Access;
}

interface Access {
  readonly protocol: "PLAINTEXT" | "SSL" | "SASL_SSL";
  /** Settings of the clients' listeners, without the listener's prefix. */
  readonly settings: Readonly<Record<string, string>>;
  /** What the cluster's format takes for each user, as in `SCRAM-SHA-256=[name=…,password=…]`. */
  readonly users: readonly string[];
}

const OPEN: Access = { protocol: "PLAINTEXT", settings: {}, users: [] };

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

const START_MS = 300_000;
const CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw";

export async function startKafka(options: ClusterOptions): Promise<KafkaCluster> {
  const { size, advertised, clients = 1, access = OPEN } = options;
  const classPath = await kafkaClassPath();
  const folder = await mkdtemp(join(tmpdir(), "kafka-"));
  const ports = await freePorts(size * (2 + clients));
  const inner = ports.slice(0, size);
  const controllers = ports.slice(size, 2 * size);
  const own = Array.from({ length: clients }, (_, client) => ports.slice((2 + client) * size, (3 + client) * size));
  const told = advertised === undefined ? own : await advertised(own);
  const java = (heap: string, main: string, words: readonly string[]) =>
    [`-Xmx${heap}`, "-XX:+UseSerialGC", "-Dslf4j.internal.verbosity=ERROR", "-cp", classPath, main, ...words] as const;
  const voters = controllers.map((port, at) => `${at + 1}@127.0.0.1:${port}`).join(",");

  async function prepare(at: number): Promise<KafkaBroker> {
    const home = join(folder, `broker-${at + 1}`);
    await mkdir(home);
    const file = join(home, "server.properties");
    const names = own.map((_, client) => `CLIENT${client}`);
    const listeners = [
      `INNER://${addressOf(inner[at])}`,
      `CONTROLLER://${addressOf(controllers[at])}`,
      ...names.map((name, client) => `${name}://${addressOf(own[client]?.[at])}`),
    ];
    const advertisedListeners = [
      `INNER://${addressOf(inner[at])}`,
      ...names.map((name, client) => `${name}://${addressOf(told[client]?.[at])}`),
    ];
    const settings = {
      "process.roles": "broker,controller",
      "node.id": at + 1,
      "controller.quorum.voters": voters,
      listeners: listeners.join(","),
      "advertised.listeners": advertisedListeners.join(","),
      "listener.security.protocol.map": [
        ...["INNER", "CONTROLLER"].map((name) => `${name}:PLAINTEXT`),
        ...names.map((name) => `${name}:${access.protocol}`),
      ].join(","),
      ...Object.fromEntries(
        names.flatMap((name) =>
          Object.entries(access.settings).map(([key, value]) => [`listener.name.${name.toLowerCase()}.${key}`, value]),
        ),
      ),
      "inter.broker.listener.name": "INNER",
      "controller.listener.names": "CONTROLLER",
      "log.dirs": join(home, "data"),
      "offsets.topic.replication.factor": Math.min(3, size),
      "offsets.topic.num.partitions": 4,
      "transaction.state.log.replication.factor": Math.min(3, size),
      "transaction.state.log.min.isr": 1,
      "group.initial.rebalance.delay.ms": 200,
      "auto.create.topics.enable": false,
      "log.cleaner.dedupe.buffer.size": 4 * 1024 * 1024,
      "num.network.threads": 2,
      "num.io.threads": 2,
      ...options.settings,
    };
    await writeFile(
      file,
      Object.entries(settings)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(""),
    );
    // What a tool says is in the error's message.
    const format = ["format", "-t", CLUSTER_ID, "-c", file, ...access.users.flatMap((user) => ["--add-scram", user])];
    execFileSync("java", java("200m", "kafka.tools.StorageTool", format), { stdio: "pipe" });
    const log = join(home, "broker.log");
    let child: ChildProcess | undefined;
    return {
      get isRunning() {
        return child !== undefined;
      },
      async start() {
        const output = await open(log, "a");
        child = spawn("nice", ["-n", "10", "java", ...java("400m", "kafka.Kafka", [file])], {
          stdio: ["ignore", output.fd, output.fd],
        });
        await output.close();
        const started = child;
        running.add(started);
        started.once("exit", () => running.delete(started));
        const isUp = () => (started.exitCode === null ? canConnect(inner[at] ?? 0) : failed(log));
        await until("a Kafka broker", START_MS, isUp);
      },
      async kill(signal) {
        // It ends by itself when its disk is full.
        if (child?.exitCode !== null || child.signalCode !== null) child = undefined;
        if (child === undefined) return;
        const ended = once(child, "exit");
        child.kill(signal);
        if (signal === "SIGSTOP" || signal === "SIGCONT") return;
        // A stopped process does not end before it goes on.
        child.kill("SIGCONT");
        await ended;
        child = undefined;
      },
    };
  }

  function tool(name: string, words: readonly string[]): string {
    const command = java("200m", `org.apache.kafka.tools.${name}`, [
      "--bootstrap-server",
      addressOf(inner[0]),
      ...words,
    ]);
    return execFileSync("java", command, { encoding: "utf8", stdio: "pipe" });
  }

  const brokers: KafkaBroker[] = [];
  for (let at = 0; at < size; at++) brokers.push(await prepare(at));
  await Promise.all(brokers.map((broker) => broker.start()));
  return {
    brokers,
    addressesFor: (client) => (told[client] ?? []).map(addressOf),
    async createTopic({ name, partitions, replicas, settings = {} }) {
      const configs = Object.entries(settings).flatMap(([key, value]) => ["--config", `${key}=${value}`]);
      const shape = ["--partitions", String(partitions), "--replication-factor", String(replicas)];
      tool("TopicCommand", ["--create", "--topic", name, ...shape, ...configs]);
    },
    configureTopic(name, settings) {
      const configs = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
      const entity = ["--entity-type", "topics", "--entity-name", name];
      tool("ConfigCommand", ["--alter", ...entity, "--add-config", configs.join(",")]);
    },
    growTopic(name, partitions) {
      tool("TopicCommand", ["--alter", "--topic", name, "--partitions", String(partitions)]);
    },
    earliest(name) {
      const lines = tool("GetOffsetShell", ["--topic", name, "--time", "earliest"]).trim().split("\n");
      return lines.map((line) => Number(line.split(":").at(-1)));
    },
    async remove() {
      await Promise.all(brokers.map((broker) => broker.kill("SIGKILL")));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function failed(log: string): never {
  throw new Error(`a Kafka broker ended at its start, see ${log}`);
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

function addressOf(port = 0): string {
  return `127.0.0.1:${port}`;
}
