/** Seconds after which a worker that gives no sign of life has lost its jobs. */
export const DEFAULT_PATIENCE = 30;

/** How often a job is done again whose worker has died, before it is what kills them. */
export const MOST_DEATHS = 2;

/** How often signs of life are given and looked for, of workers that are given up after so many seconds. */
export const stalledOptions = (patience: number) => ({
  lockDuration: 1000 * patience,
  stalledInterval: 500 * patience,
});

/** How long, and how many, ended jobs are kept for others who ask: an hour. */
const kept = { age: 3600, count: 5000 };
export const KEPT_JOBS = { removeOnComplete: kept, removeOnFail: kept };
