// The databases that the benchmark generates, and how many times the time of plain SQL a command may take on each.

const ALL = Number.POSITIVE_INFINITY;

/** `size`: the options of `generate` that grow with the scale. */
export const SUBJECTS = [
  { name: "healthy", bound: 1.3, options: {}, size: (scale) => ({ megabytes: 1000 * scale }) },
  {
    name: "healthy, 70 % of it events",
    bound: 1.3,
    options: { events: 0.7 },
    size: (scale) => ({ megabytes: 300 * scale }),
  },
  {
    name: "a third not plain",
    bound: 2,
    options: { ordinary: true },
    size: (scale) => ({ megabytes: 1000 * scale }),
  },
  {
    name: "every conversation damaged",
    bound: 4,
    options: { damaged: ALL, damagedInEach: 1 },
    size: (scale) => ({ megabytes: 500 * scale }),
  },
  {
    name: "one conversation, 40,000 messages",
    bound: 4,
    options: { sessions: 1 },
    size: (scale) => ({ turns: Math.round(10_000 * scale) }),
  },
  {
    name: "100,000 conversations of 3",
    bound: 4,
    options: { turns: 1, steps: 2, lean: true },
    size: (scale) => ({ sessions: Math.round(100_000 * scale) }),
  },
  {
    name: "repair of 143,000 rows",
    repairs: true,
    bound: 6,
    options: { lean: true },
    size: (scale) => ({ sessions: Math.round(6100 * scale), damaged: Math.round(143_000 * scale) }),
  },
  {
    name: "repair of 20,000 conversations",
    repairs: true,
    bound: 6,
    options: { turns: 2, lean: true, damaged: ALL, damagedInEach: 1 },
    size: (scale) => ({ sessions: Math.round(20_000 * scale) }),
  },
];
