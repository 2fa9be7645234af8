import { Key } from "../src/rng/index.ts";
import { type FleetCosts, simulateFleet } from "./fleet.ts";

/*
 * A fleet of 1,000 workers with 100,000 jobs, by measured costs: docs/fleets.md has the table.
 *
 *   npx unrun bench/simulate-fleet.ts
 */

/**
 * Processor milliseconds of Node 20 and Redis 7 on one machine. `write` is 100 operations (97 were counted) of a file
 * server that does 5,000 in a second, which is an assumption.
 */
const SHARED: FleetCosts = {
  prepare: 20,
  hear: 0.5,
  add: 0.03,
  answer: 0.17,
  renew: 0.02,
  write: 20,
  begin: 20,
};

/** The same without a shared folder: four files go through Redis, and whoever asked writes them. */
const SENT: FleetCosts = { ...SHARED, hear: 5, answer: 0.5, write: 0 };

const SCENARIOS = [
  { name: "shared folder", costs: SHARED, coordinators: 1 },
  { name: "shared, 8 commands", costs: SHARED, coordinators: 8 },
  { name: "sent back, 8 commands", costs: SENT, coordinators: 8 },
];

const FLEET = { jobs: 100_000, workers: 1000, window: 5000 };

/** Times of jobs are spread like those of a leaderboard, whose slowest tenth takes 40 % of all time. */
const SPREAD = 1;

/** Lognormal times with this mean, in seconds, the same in each simulation. */
function durationOf(mean: number): (job: number) => number {
  const draws = Key.fromSeed(1).fold("durations").normal(FLEET.jobs);
  return (job) => 1000 * mean * Math.exp(SPREAD * draws[job]! - SPREAD ** 2 / 2);
}

const headings = ["a job", "results", "time", "workers busy", "commands", "Redis"];
console.log(`| ${headings.join(" | ")} | file server |\n|${"---|".repeat(headings.length + 1)}`);
const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
for (const mean of [1, 10, 100]) {
  const duration = durationOf(mean);
  for (const { name, costs, coordinators } of SCENARIOS) {
    const { time, busy } = simulateFleet({ ...FLEET, coordinators, duration, costs });
    const cells = [busy.workers, busy.coordinators, busy.redis, busy.store].map(percent);
    const minutes = `${(time / 60_000).toFixed(0)} min`;
    console.log(`| ${[`${mean} s`, name, minutes, ...cells].join(" | ")} |`);
  }
}
