import { z } from "zod";
import { flag } from "../../flags/index.ts";
import { shapeOption } from "./cases.ts";

/** Which of the cases of indirect object identification; both have the same prompts and circuit. */
export const ioiOptions = {
  ...shapeOption,
  nextToken: flag(z.boolean().default(false), "The case ioi_next_token instead of ioi", {
    group: "Cases",
  }),
};

/** The case that is meant, as `-i` names it. */
export const ioiIndices = ({ nextToken }: { readonly nextToken: boolean }): string[] => [
  nextToken ? "ioi_next_token" : "ioi",
];
