import { z } from "zod";
import { checkInstallation, installationText } from "../../jobs/index.ts";
import { defineCommand } from "../command.ts";

/** `doctor`: what this machine offers, and whether every backend computes what it should. */
export const doctor = defineCommand({
  path: ["doctor"],
  summary: "Check this installation: versions, processor, backends",
  description:
    "Every backend that is there runs a small tensor program, forward and backward, and is compared with the reference backend. The active one is what --backend auto takes: native where it has been built for this machine, which takes a checkout of the sources, else wasm. Exits with 1 if one is wrong.",
  options: z.object({}),
  examples: [
    { command: "doctor", summary: "What works here?" },
    { command: "doctor --json", summary: "The same for a bug report" },
  ],
  async run() {
    const installation = await checkInstallation();
    return {
      kind: "doctor",
      document: { ...installation },
      text: (style) => installationText(installation, style),
      exitCode: installation.backends.some(({ works }) => works === false) ? 1 : 0,
    };
  },
});
