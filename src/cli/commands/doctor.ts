import { z } from "zod";
import { formatFacts, formatTable } from "../../report/index.ts";
import { hostFacts, packageVersion } from "../../store/index.ts";
import { type BackendCheck, backends, checkBackend } from "../backends.ts";
import { defineCommand } from "../command.ts";

/** `doctor`: what this machine offers, and whether every backend computes what it should. */
export const doctor = defineCommand({
  path: ["doctor"],
  summary: "Check this installation: versions, processor, backends",
  description:
    "Every backend that loads here runs a small tensor program, forward and backward, and is compared with the reference backend. Exits with 1 if one is wrong.",
  options: z.object({}),
  examples: [
    { command: "doctor", summary: "What works here?" },
    { command: "doctor --json", summary: "The same for a bug report" },
  ],
  async run() {
    const { backend: _, ...host } = hostFacts();
    const checks: BackendCheck[] = [];
    for (const backend of backends) checks.push(await checkBackend(backend));
    const document = { version: packageVersion(), ...host, backends: checks };
    return {
      kind: "doctor",
      document,
      text: (style) =>
        [
          formatFacts(
            [
              ["interpbench", document.version],
              ["node", host.node],
              ["platform", `${host.platform} ${host.arch}`],
              ["processor", `${host.cpu}, ${host.cores} available`],
            ],
            style,
          ),
          formatTable(
            [
              { heading: "backend", value: ({ name }) => name },
              { heading: "works", value: ({ works }) => works },
              { heading: "largest error", value: ({ largestError }) => largestError },
              { heading: "", value: ({ message }) => message ?? "" },
            ],
            checks,
            style,
          ),
        ].join("\n"),
      exitCode: checks.every(({ works }) => works) ? 0 : 1,
    };
  },
});
