import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type CircuitTexts, circuitTexts, prepareForEvaluation } from "../circuit/index.ts";
import { reasonOf } from "../errors/index.ts";
import { asUsage, UsageError } from "../flags/index.ts";
import { decodeCircuit } from "../formats/index.ts";
import { readWithin } from "../store/index.ts";

/**
 * Reads a `circuit.json`, or that of a result's folder, at head granularity. Usage errors: `E_FILE` if
 * it cannot be read, and what {@link decodeCircuit} refuses.
 */
export function readCircuit(file: string, cwd: string): CircuitTexts & { readonly name: string } {
  return asUsage(() => {
    const { circuit, granularity } = decodeCircuit(readText(resolve(cwd, file), file), file);
    const atHeads = granularity === "head" ? circuit : prepareForEvaluation(circuit);
    return { name: "circuit", ...circuitTexts(atHeads) };
  });
}

function readText(path: string, at: string): string {
  try {
    const isFolder = statSync(path).isDirectory();
    return readWithin(isFolder ? join(path, "circuit.json") : path).toString("utf8");
  } catch (cause) {
    throw new UsageError("E_FILE", "the circuit cannot be read", {
      at,
      received: reasonOf(cause),
      cause,
    });
  }
}
