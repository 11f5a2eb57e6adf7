import { randomUUID } from "node:crypto";
import type { AcceptedEvent, Host, QueueLoan } from "@arbitex/core/host";
import { UsageError } from "../usage-error.ts";
import type { ControlRoutes } from "./control-server.ts";

type Lender = Pick<Host, "lend" | "status">;

const TAKEN_AT_A_TIME = 1000;

/**
 * Requests by which a command takes a destination's queued events. The first lasts as long as the command: when it ends,
 * the destination delivers again. Each further one takes events and settles those of the one before.
 */
export function queueLoanRoutes(host: Lender): ControlRoutes {
  const loans = new Map<string, QueueLoan>();

  async function* lend(destinationId: string, left: AbortSignal): AsyncGenerator<object> {
    const id = randomUUID();
    const { loan, giveBack } = await begun(host, destinationId);
    loans.set(id, loan);
    try {
      const { destination, queued, signal } = loan;
      yield { loan: id, type: destination.connector.type, organisation: destination.orgId ?? null, queued };
      await aborted(AbortSignal.any([signal, left]));
    } finally {
      loans.delete(id);
      giveBack();
    }
  }

  function loanOf(query: URLSearchParams): QueueLoan {
    const loan = loans.get(query.get("loan") ?? "");
    if (loan !== undefined) return loan;
    throw new UsageError("The server is stopping and has taken the queue back. Run the same command with --resume.");
  }

  return {
    "POST /loans": async (query, left) => lend(query.get("destination") ?? "", left),
    async "POST /loans/next"(query) {
      const loan = loanOf(query);
      settle(loan, query);
      const records = await loan.take(TAKEN_AT_A_TIME);
      return { events: records.map(entryOf), filtered: loan.filtered };
    },
    async "POST /loans/synced"(query) {
      const loan = loanOf(query);
      settle(loan, query);
      await loan.synced();
      return {};
    },
  };
}

interface Begun {
  readonly loan: QueueLoan;
  readonly giveBack: () => void;
}

function begun(host: Lender, destinationId: string): Promise<Begun> {
  return new Promise((resolve, reject) => {
    const lending = host.lend(
      destinationId,
      (loan) => new Promise<void>((giveBack) => resolve({ loan, giveBack: () => giveBack() })),
    );
    lending.catch((error: unknown) => reject(withKnown(error, host)));
  });
}

function withKnown(error: unknown, host: Lender): unknown {
  const isUnknown = error instanceof Error && "code" in error && error.code === "SIEM_DESTINATION_UNKNOWN";
  if (!isUnknown) return error;
  const known = host.status().destinations.map(({ id }) => id);
  const open = known.length === 0 ? "None is open" : `Open are: ${known.join(", ")}`;
  const fix = "To export what is queued for one that is not configured any more, stop the server first";
  return new UsageError(`The running server has no such destination. ${open}. ${fix}.`);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve());
  });
}

/** Settles the events of the last answer that the command has. */
function settle(loan: QueueLoan, query: URLSearchParams): void {
  const settled = query.get("settled");
  if (settled !== null) loan.settle(Number(settled));
}

function entryOf({ json, sequence, id, acceptedAt }: AcceptedEvent) {
  return { json, sequence, id, accepted_at: acceptedAt };
}
