import type { Steps } from "../interventions/index.ts";

/** The steps as the part of the whole from `start` to `end`. */
export function* partOf<T>(steps: Steps<T>, start: number, end: number): Steps<T> {
  try {
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
      yield start + (end - start) * value;
    }
  } finally {
    steps.return(undefined as T);
  }
}
