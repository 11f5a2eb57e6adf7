import { z } from "zod";

/** What the run tells the server process to suffer from now on. */
export const ordersSchema = z.object({
  /** How much faster than ours its clocks and timers run. Only heeded at the start. */
  speed: z.number().min(1),
  /** Added to the time of day. */
  shiftMs: z.number(),
  disk: z.enum(["well", "full", "sync"]),
  /** Name of the machine that it runs on, instead of the real one. Only heeded at the start. */
  machine: z.string().optional(),
});

export type Orders = z.output<typeof ordersSchema>;

/** The variable in which a server finds its first orders; later ones come as messages. */
export const ORDERS_VARIABLE = "FAULTS_ORDERS";
