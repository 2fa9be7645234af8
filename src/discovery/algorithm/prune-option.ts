import * as z from "zod/mini";
import { option } from "./options.ts";

/** The option that drops edges on no path, of all algorithms that find circuits. */
export const pruneOption = {
  prune: option(
    z._default(z.boolean(), false),
    "Drop the edges of the circuit that lie on no path from the embeddings to the output",
    { origin: "InterpBench, which keeps them" },
  ),
};
