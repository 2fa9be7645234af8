import { z } from "zod";
import { getAlgorithm } from "../../discovery/index.ts";
import { flag } from "../flags/flag.ts";
import { UsageError } from "../usage.ts";

const group = "Realism";

/** What fits into memory, with all that an input makes a model compute. */
const MOST_INPUTS = 1_000_000;

/** Options of the commands that measure realism. Defaults are those of InterpBench (Python). */
export const realismOptions = (mostInputs: number) => ({
  mean: flag(z.boolean().optional(), "Ablate with the mean (1) or with zeros (0) only", {
    short: "-m",
    takesBoolean: true,
    group,
    defaultText: "both",
  }),
  maxLen: flag(
    z.int().min(1).max(MOST_INPUTS).default(mostInputs),
    "Inputs, at most; all of the case if there are no more",
    { unit: "inputs", group },
  ),
  compat: flag(
    z.boolean().default(false),
    "Count the first position (BOS) of numbers, as the original does",
    { group },
  ),
});

/** The ablations that `mean` asks for. */
export const realismAblations = (mean: boolean | undefined): ("mean" | "zero")[] =>
  mean === undefined ? ["mean", "zero"] : [mean ? "mean" : "zero"];

const discovery = "Whose circuit";

const ownCircuit = {
  algorithm: flag(
    z.string().default("acdc"),
    "Whose circuit: any of the commands run …; node_sp and edge_sp are the two ways of sp",
    { group: discovery, placeholder: "NAME" },
  ),
  circuit: flag(
    z.string().optional(),
    "A circuit.json instead, or the folder of a result with one",
    {
      group: discovery,
      placeholder: "FILE",
    },
  ),
  lambdaReg: flag(
    z.number().min(0).optional(),
    "Of subnetwork probing: the weight of its penalty",
    {
      group: discovery,
      defaultText: "1",
    },
  ),
  edgeCount: flag(
    z.int().min(0).optional(),
    "Of algorithms that score edges: keep so many, in place of a threshold",
    { unit: "edges", group: discovery },
  ),
};

/** Options that say how ACDC's circuit is found. */
export const acdcOptions = {
  threshold: flag(z.number().optional(), "Of algorithms with a threshold", {
    short: "-t",
    group: discovery,
    defaultText: "0.025",
  }),
  dataSize: flag(z.int().min(1).default(1000), "Pairs of inputs that the circuit is found on", {
    unit: "pairs",
    group: discovery,
  }),
};

/** Options that say how a circuit is had. */
export const circuitOptions = { ...ownCircuit, ...acdcOptions };

/** Values of {@link circuitOptions}. */
export type CircuitChoice = z.output<z.ZodObject<typeof circuitOptions>>;

/** The original's names of two ways of one algorithm. */
const WAYS: Readonly<Record<string, { readonly name: string; readonly edgewise: boolean }>> = {
  edge_sp: { name: "sp", edgewise: true },
  node_sp: { name: "sp", edgewise: false },
};

/** The threshold of the original's commands. */
const THRESHOLD = 0.025;

/** The options of an algorithm's `run`, as far as they decide its circuit, from those of an evaluation. */
export function circuitSettings(
  given: string,
  choice: Pick<Partial<CircuitChoice>, "threshold" | "lambdaReg" | "edgeCount">,
): { readonly name: string; readonly params: Readonly<Record<string, unknown>> } {
  const { name, ...way } = WAYS[given.replaceAll("-", "_")] ?? { name: given };
  const { shape } = getAlgorithm(name).options;
  const { threshold, lambdaReg, edgeCount } = choice;
  const asked = Object.entries({ threshold, lambdaReg, edgeCount }).filter(
    ([, value]) => value !== undefined,
  );
  const foreign = asked.find(([key]) => !(key in shape));
  if (foreign !== undefined) {
    throw new UsageError("E_OPTION", `the algorithm "${name}" has no option "${foreign[0]}"`, {
      expected: Object.keys({ threshold, lambdaReg, edgeCount })
        .filter((key) => key in shape)
        .join(" or "),
      received: `${foreign[0]} ${foreign[1]}`,
    });
  }
  const needsOne = asked.length === 0 && "threshold" in shape;
  const params = needsOne ? { threshold: THRESHOLD } : Object.fromEntries(asked);
  return { name, params: { ...way, ...params } };
}
