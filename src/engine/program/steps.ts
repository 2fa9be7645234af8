/**
 * Work in small steps: each yields the share that is done, from 0 to 1, and the last returns the
 * result. Whoever runs the steps decides what happens in between.
 */
export type Steps<T> = Generator<number, T>;

/** Runs all steps at once. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
