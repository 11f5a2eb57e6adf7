import type { Random } from "../events/random.ts";
import type { Spoil } from "../simulator/behaviour.ts";
import type { EventStore } from "../simulator/event-store.ts";
import type { DocumentRules } from "./documents.ts";
import { looksGood, readDocument } from "./documents.ts";
import type { Block, Item } from "./items.ts";
import { blockedItem, conflictItem, failedItem, missingIndexItem, spoiledError, writtenItem } from "./items.ts";
import type { Operation } from "./operations.ts";
import type { ErrorCause, ErrorTypes } from "./product.ts";

/** A document as the search engine stores it. */
export interface StoredDocument {
  /** The index name that the client used, not the backing index. */
  readonly index: string;
  readonly id: string;
  readonly source: Readonly<Record<string, unknown>> | undefined;
}

export interface IndicesOptions extends Pick<DocumentRules, "mapping" | "refuse"> {
  readonly store: EventStore<StoredDocument>;
  readonly types: ErrorTypes;
  readonly random: Random;
  readonly isDataStream: (name: string) => boolean;
  /** Undefined when an index is created at its first use. */
  readonly existing?: readonly string[];
  readonly failureStore: "used" | "not_enabled" | "none";
}

/** All indices and data streams of a cluster. */
export interface Indices {
  /** Applies one operation and returns its item of the reply. */
  apply(operation: Operation, spoil?: Spoil["status"]): Item;
  /** Number of documents in an index; undefined when there is no such index. */
  count(name: string): number | undefined;
  setBlock(name: string, block: Block | undefined): void;
  /** Deletes all documents. Blocks stay. */
  reset(): void;
}

interface IndexState {
  readonly backing: string;
  documents: number;
  sequence: number;
}

export function createIndices(options: IndicesOptions): Indices {
  const { store, types, random, isDataStream, existing, failureStore, mapping, refuse } = options;
  const indices = new Map<string, IndexState>();
  const blocks = new Map<string, Block>();
  const open = (name: string): IndexState => {
    const backing = isDataStream(name) ? `.ds-${name}-2026.11.22-000001` : name;
    const index = indices.get(name) ?? { backing, documents: 0, sequence: 0 };
    indices.set(name, index);
    return index;
  };

  function failed(operation: Operation, index: IndexState, status: number, error: ErrorCause): Item {
    const id = operation.id ?? null;
    // A retry may succeed after these two; every other refusal is permanent.
    if (status !== 429 && status !== 503) store.refuse();
    if (status !== 400 || failureStore === "none" || !isDataStream(operation.index)) {
      return failedItem(index.backing, id, status, error);
    }
    if (failureStore === "not_enabled")
      return failedItem(index.backing, id, status, error, { failure_store: "not_enabled" });
    const written = { index: `.fs-${operation.index}-2026.11.22-000002`, id: newId(random), version: 1, sequence: 0 };
    return writtenItem(written, { failure_store: "used" });
  }

  function write(operation: Operation, index: IndexState, source: StoredDocument["source"]): Item {
    const { action, index: name, id = newId(random) } = operation;
    const isNew = store.add(id, () => ({ index: name, id, source }), keyOf(name, id));
    if (!isNew && action === "create") return conflictItem(index.backing, id);
    if (isNew) index.documents += 1;
    index.sequence += 1;
    return writtenItem({ index: index.backing, id, version: isNew ? 1 : 2, sequence: index.sequence - 1 });
  }

  return {
    apply(operation, spoil) {
      const { action, index: name, id = "", document } = operation;
      const block = blocks.get(name);
      if (block !== undefined) return blockedItem(block, operation);
      if (existing !== undefined && !existing.includes(name)) {
        store.refuse();
        return missingIndexItem(operation, "[action.auto_create_index] is [false]");
      }
      if (isDataStream(name) && action !== "create") {
        store.refuse();
        const reason = "only write ops with an op_type of create are allowed in data streams";
        return failedItem(name, operation.id ?? null, 400, { type: "illegal_argument_exception", reason });
      }
      const index = open(name);
      if (action === "update" || action === "delete") return missingDocument(operation, index.backing);
      // A document that is already stored is valid: it is a conflict, whatever a fault asks for.
      const isSpoiled = spoil !== undefined && !store.has(keyOf(name, id));
      if (isSpoiled) return failed(operation, index, spoil, spoiledError(spoil, operation, types));
      const isCursory = store.keep === "count" && refuse === undefined && Object.keys(mapping).length === 0;
      if (isCursory && looksGood(document, isDataStream(name))) return write(operation, index, undefined);
      const rules = { isDataStream: isDataStream(name), mapping, types, ...(refuse && { refuse }) };
      const read = readDocument(document, id, rules);
      return read.kind === "good" ? write(operation, index, read.value) : failed(operation, index, 400, read.error);
    },
    count: (name) => indices.get(name)?.documents ?? (existing?.includes(name) ? 0 : undefined),
    setBlock(name, block) {
      if (block === undefined) blocks.delete(name);
      else blocks.set(name, block);
    },
    reset: () => indices.clear(),
  };
}

function keyOf(index: string, id: string): string {
  return `${index}/${id}`;
}

// Audit events are only created, so there is never a document to update or delete.
function missingDocument({ action, id = "" }: Operation, index: string): Item {
  if (action === "delete") return { _index: index, _id: id, _version: 1, result: "not_found", status: 404 };
  const reason = `[${id}]: document missing`;
  return failedItem(index, id, 404, { type: "document_missing_exception", reason, shard: "0", index });
}

/** An id in the servers' own format. */
function newId(random: Random): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  return Array.from({ length: 20 }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
}
