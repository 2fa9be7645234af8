import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isRecord } from "../formats/index.ts";

/** The case that a model folder was made for, as its `result.json` tells. */
export function caseOfFolder(folder: string): string | undefined {
  const id = resultOf(folder).case;
  return typeof id === "string" ? id : undefined;
}

/** The kind of work that made a folder: `train-iit`, `compile`. */
export function kindOfFolder(folder: string): string | undefined {
  const { provenance } = resultOf(folder);
  return isRecord(provenance) && typeof provenance.kind === "string" ? provenance.kind : undefined;
}

/** The configuration a model folder was made with. */
export function configOfFolder(folder: string): Readonly<Record<string, unknown>> | undefined {
  const { provenance } = resultOf(folder);
  return isRecord(provenance) && isRecord(provenance.config) ? provenance.config : undefined;
}

/** Accuracies below this say that a model may well do something else than the circuit. */
const GOOD_ACCURACY = 0.99;

/** The accuracies of a trained model that are low, by name, as its `result.json` tells. */
export function poorAccuracies(
  folder: string,
): readonly (readonly [name: string, value: number])[] {
  const { metrics } = resultOf(folder);
  if (!isRecord(metrics)) return [];
  return ["accuracy", "iia", "strictAccuracy"].flatMap((name) => {
    const value = metrics[name];
    return typeof value === "number" && value < GOOD_ACCURACY ? [[name, value] as const] : [];
  });
}

/** The `result.json` of a folder; empty if there is none that can be read. */
function resultOf(folder: string): Readonly<Record<string, unknown>> {
  try {
    const result: unknown = JSON.parse(readFileSync(join(folder, "result.json"), "utf8"));
    return isRecord(result) ? result : {};
  } catch {
    return {};
  }
}
