import { z } from "zod";
import { flag, grouped } from "../../flags/index.ts";
import { circuitSettingOptions, discoveryOptions, realismOptions } from "../../jobs/index.ts";
import { meanOption } from "./evaluation.ts";

/** Options of the commands that measure realism. */
export const realismFlags = (mostInputs: number) =>
  grouped("Realism", {
    ...meanOption("Ablate with the mean (1) or with zeros (0) only"),
    ...realismOptions(mostInputs),
  });

const { threshold, ...others } = circuitSettingOptions;

const own = {
  algorithm: flag(
    z.string().default("acdc"),
    "Whose circuit: any of the commands run …; node_sp and edge_sp are the two ways of sp",
    { placeholder: "NAME" },
  ),
  circuit: flag(
    z.string().optional(),
    "A circuit.json instead, or the folder of a result with one",
    { placeholder: "FILE" },
  ),
  ...others,
};

const ofAcdc = {
  threshold,
  dataSize: flag(discoveryOptions.dataSize, "Pairs of inputs that the circuit is found on", {
    unit: "pairs",
  }),
};

const group = "Whose circuit";

/** Options that say how ACDC's circuit is found. */
export const acdcOptions = grouped(group, ofAcdc, { threshold: { short: "-t" } });

/** Options that say how a circuit is had. */
export const circuitOptions = { ...grouped(group, own), ...acdcOptions };

/** Values of {@link circuitOptions}. */
export type CircuitChoice = z.output<z.ZodObject<typeof circuitOptions>>;
