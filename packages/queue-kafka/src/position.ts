/** Most events of one message. */
export const MOST_EVENTS = 100;

/** Slots of a message's events among the positions of a partition; a power of two above `MOST_EVENTS`. */
const SLOTS = 128;

/** Returns the position of an event in its partition: ascending, and exact for 70 million million messages. */
export function positionOf(offset: number, index: number): number {
  return offset * SLOTS + index;
}

/** Returns the offset of the message that holds a position. */
export function offsetOf(position: number): number {
  return Math.floor(position / SLOTS);
}
