import type { DemoDocument } from "../plans/demo.ts";
import { printedDocument } from "../printed.ts";
import type { DoneJob } from "../run-job.ts";

/** The jobs of the demo, done. */
export interface DemoStages {
  readonly compilation: DoneJob;
  readonly training: DoneJob;
  readonly found: readonly DoneJob[];
  readonly comparison: DoneJob;
}

/** How long a job took, and where its result is. */
interface Place {
  readonly seconds: number;
  readonly folder: string;
}

/** The document of the demo as it is printed: with all its places. */
export interface PrintedDemo extends Omit<DemoDocument, "training" | "discoveries">, Place {
  /** The page that shows all of it. */
  readonly report: string;
  /** The folder of the compiled model. */
  readonly compiled: string;
  readonly training: DemoDocument["training"] & Place;
  readonly discoveries: readonly (DemoDocument["discoveries"][number] & Place)[];
}

/** The document of the comparison, with how long everything took and where it is; `report` is its page. */
export function printedDemo(
  { compilation, training, found, comparison }: DemoStages,
  folder: string,
  report: string,
): PrintedDemo {
  const stored = comparison.artifact.result as unknown as DemoDocument;
  const placeOf = (job: DoneJob): Place => {
    const { seconds, folder: place } = printedDocument(job, folder);
    return { seconds: Number(seconds), folder: String(place) };
  };
  const jobs = [compilation, training, ...found];
  return printedDocument(comparison, folder, {
    report,
    compiled: placeOf(compilation).folder,
    training: { ...stored.training, ...placeOf(training) },
    discoveries: stored.discoveries.map((discovery, i) => ({
      ...discovery,
      ...placeOf(found[i]!),
    })),
    seconds: jobs.reduce((sum, job) => sum + placeOf(job).seconds, 0),
  }) as unknown as PrintedDemo;
}
