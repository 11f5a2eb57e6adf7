export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** The HTTP side of a host: intake, health, metrics, the state of destinations, and the API. */
export interface SiemServer {
  /** Starts listening and gives the origin, such as `http://127.0.0.1:8080`. Port 0 takes any that is free. */
  listen(address: ListenAddress): Promise<string>;
  /** From now on events are refused and `/readyz` says so; all else goes on. */
  stopIntake(): void;
  /** Events that were refused before the host saw them, by code. */
  readonly unreadable: ReadonlyMap<string, number>;
  /** Ends what was started over HTTP and goes on by itself, in good order. */
  endReplays(): Promise<void>;
  /** Ends idle connections, waits a moment for requests under way, and then ends those too. */
  close(): Promise<void>;
}
