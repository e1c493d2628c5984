const [minute, hour, day] = [60, 3_600, 86_400];

/** Distances between the lines of a plot, in seconds: their multiples are short as people write times. */
const steps = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * minute),
  ...[1, 2, 3, 6, 12].map((hours) => hours * hour),
  ...[1, 2, 5, 10, 20, 50, 100, 200].map((days) => days * day),
];

/** The values of at most five lines of a plot of times, in seconds: from 0 to `highest` or above it. */
export function timeTicks(highest: number): number[] {
  const step = steps.find((one) => one * 4 >= highest) ?? Math.ceil(highest / 4 / day) * day;
  return Array.from({ length: Math.max(1, Math.ceil(highest / step)) + 1 }, (_, index) => index * step);
}
