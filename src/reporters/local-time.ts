/** Writes times (ms since 1970) as they are in one time zone. */
export interface Clock {
  /** The name of the zone, such as `Europe/Berlin`. */
  readonly zone: string;
  /** "Sat, 21 Nov 2026" */
  day(time: number): string;
  /** "06:36:42" */
  time(time: number): string;
}

/** The latest time that a date can hold. */
const LATEST = 8.64e15;

/** `timeZone`: absent for the zone of this machine. */
export function clockOf(timeZone?: string): Clock {
  const day = new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    ...(timeZone && { timeZone }),
  });
  const time = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    ...(timeZone && { timeZone }),
  });
  const written = (format: Intl.DateTimeFormat, at: number, none: string) =>
    Math.abs(at) <= LATEST ? format.format(at) : none;
  return {
    zone: day.resolvedOptions().timeZone,
    day: (at) => written(day, at, "day unknown"),
    time: (at) => written(time, at, "--:--:--"),
  };
}
