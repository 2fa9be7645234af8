import type { EpochRecord } from "../../../src/training/index.ts";
import type { Subject } from "../contract.ts";

/** The validations of a stored training, as far as they are some; none of other results. */
export function historyOf({ result }: Subject): EpochRecord[] {
  const history = Array.isArray(result?.history) ? (result.history as unknown[]) : [];
  return history.filter((one): one is EpochRecord => {
    const { steps, validation, trainLosses } = (one ?? {}) as Partial<EpochRecord>;
    return typeof steps === "number" && isNumbers(validation) && isNumbers(trainLosses);
  });
}

const isNumbers = (value: unknown) =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((one) => one == null || Number.isFinite(one));
