/** The address that a server listens on. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** The HTTP side of a host: ingest, health, metrics, the state of destinations, and the API. */
export interface SiemServer {
  /** Starts listening and returns the origin, such as `http://127.0.0.1:8080`. Port 0 picks a free port. */
  listen(address: ListenAddress): Promise<string>;
  /** Refuses events from now on, and `/readyz` reports it. All other routes continue. */
  stopIntake(): void;
  /** Counts of events refused before they reached the host, by code. */
  readonly unreadable: ReadonlyMap<string, number>;
  /** Ends replays started over HTTP, after the batches under way. */
  endReplays(): Promise<void>;
  /** Closes idle connections, waits a moment for requests under way, and closes those too. */
  close(): Promise<void>;
}
