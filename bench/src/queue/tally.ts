/** Time and processor time that went into some events. */
export interface Tally {
  run(events: number, act: () => Promise<void> | void): Promise<void>;
  /** Prints a line, and answers with events per second. */
  report(floorPerSecond?: number): number;
}

export function createTally(name: string): Tally {
  let seconds = 0;
  let micros = 0;
  let events = 0;
  return {
    async run(count, act) {
      const cpu = process.cpuUsage();
      const startedAt = performance.now();
      await act();
      seconds += (performance.now() - startedAt) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      micros += user + system;
      events += count;
    },
    report(floorPerSecond) {
      const perSecond = events / seconds;
      const rate = Math.round(perSecond).toLocaleString("en").padStart(9);
      const share =
        floorPerSecond === undefined ? "" : `, ${Math.round((perSecond / floorPerSecond) * 100)} % of the floor`;
      const batchMs = ((seconds * 1000) / (events / 100)).toFixed(2);
      const cpu = (micros / events).toFixed(2);
      process.stdout.write(
        `${name.padEnd(44)} ${rate} events/s, ${batchMs} ms a batch, ${cpu} µs CPU an event${share}\n`,
      );
      return perSecond;
    },
  };
}
