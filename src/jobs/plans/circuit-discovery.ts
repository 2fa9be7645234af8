import { z } from "zod";
import { loadRegistry, option } from "../../discovery/index.ts";
import { InterpBenchError } from "../../errors/index.ts";

/** The threshold of the original's commands that evaluate the circuit of a discovery. */
const THRESHOLD = 0.025;

/** Options of algorithms that an evaluation of their circuit may choose. */
export const circuitSettingOptions = {
  threshold: option(z.number().optional(), "Of algorithms with a threshold", {
    defaultText: String(THRESHOLD),
  }),
  lambdaReg: option(
    z.number().min(0).optional(),
    "Of subnetwork probing: the weight of its penalty",
    { defaultText: "1" },
  ),
  edgeCount: option(
    z.int().min(0).optional(),
    "Of algorithms that score edges: keep so many, in place of a threshold",
    { unit: "edges" },
  ),
};

/** Values of {@link circuitSettingOptions}. */
export type CircuitSettings = Partial<z.output<z.ZodObject<typeof circuitSettingOptions>>>;

/** An algorithm, and those of its options that decide its circuit. */
export interface CircuitDiscovery {
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * The algorithm of a name, or of one of the original's for it, with what is chosen; where nothing is,
 * with the original's threshold. Throws `E_ALGORITHM` for a name of none, and `E_OPTION` for an option
 * that it does not have.
 */
export async function circuitDiscovery(
  given: string,
  settings: CircuitSettings,
): Promise<CircuitDiscovery> {
  const { getAlgorithm, originalAlgorithm } = await loadRegistry();
  const { name, options } = originalAlgorithm(given) ?? { name: given, options: {} };
  const { shape } = getAlgorithm(name).options;
  const keys = Object.keys(circuitSettingOptions) as (keyof CircuitSettings)[];
  const asked = keys.filter((key) => settings[key] !== undefined);
  const foreign = asked.find((key) => !(key in shape));
  if (foreign !== undefined) {
    throw new InterpBenchError("E_OPTION", `the algorithm "${name}" has no option "${foreign}"`, {
      expected: keys.filter((key) => key in shape).join(" or "),
      received: `${foreign} ${settings[foreign]}`,
    });
  }
  const needsOne = asked.length === 0 && "threshold" in shape;
  const chosen = Object.fromEntries(asked.map((key) => [key, settings[key]]));
  return { name, params: { ...options, ...(needsOne ? { threshold: THRESHOLD } : chosen) } };
}
