import { z } from "zod";
import type { DeliveryWindow } from "../../delivery/delivery-settings.ts";

const expects = "times of the day in UTC, such as 22:00-06:00, or several with commas between them";
const WINDOW = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

/** Schema of the times at which a destination's events are sent. Parses to minutes after midnight. */
export const deliveryWindow = z
  .string()
  .transform((text, context): readonly DeliveryWindow[] => {
    const windows = text.split(",").flatMap((part) => windowOf(part.trim()) ?? []);
    const isWhole = windows.length === text.split(",").length;
    if (isWhole && windows.every(({ startMinute, endMinute }) => startMinute !== endMinute)) return windows;
    context.addIssue({ code: "custom", message: `expected ${expects}` });
    return z.NEVER;
  })
  .meta({
    description: "Times of the day, in UTC, at which events are sent (always).",
    expects,
    examples: ["22:00-06:00"],
  });

function windowOf(text: string): DeliveryWindow | undefined {
  const [, startHour, startMinute, endHour, endMinute] = WINDOW.exec(text)?.map(Number) ?? [];
  if (startHour === undefined || startMinute === undefined || endHour === undefined || endMinute === undefined) {
    return undefined;
  }
  return { startMinute: startHour * 60 + startMinute, endMinute: endHour * 60 + endMinute };
}
