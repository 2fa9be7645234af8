import { z } from "zod";
import { backendEntries, checkBackend, openBackend } from "../../engine/index.node.ts";
import { formatFacts, formatTable } from "../../report/index.ts";
import { hostFacts, packageVersion } from "../../store/index.ts";
import { defineCommand } from "../command.ts";

/** The oldest major version of Node that its makers support: that of 20 ended in April 2026. */
const SUPPORTED_NODE = 22;

/** Node's version, and whether it is one to move on from. */
const nodeFact = (version: string): string =>
  Number.parseInt(version, 10) < SUPPORTED_NODE
    ? `${version} (works, but has no support since April 2026: take ${SUPPORTED_NODE} or newer)`
    : version;

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
    const host = hostFacts();
    const checks = await Promise.all((await backendEntries()).map(checkBackend));
    const active = await activeBackend();
    const document = { version: packageVersion(), ...host, active, backends: checks };
    const because =
      active === "native"
        ? "native has been built for this machine"
        : `native: ${checks.find(({ name }) => name === "native")?.message ?? "not there"}`;
    return {
      kind: "doctor",
      document,
      text: (style) =>
        [
          formatFacts(
            [
              ["interpbench", document.version],
              ["node", nodeFact(host.node)],
              ["platform", `${host.platform} ${host.arch}`],
              ["processor", `${host.cpu}, ${host.cores} available`],
              ["backend", `${active} (${because})`],
            ],
            style,
          ),
          formatTable(
            [
              { heading: "backend", value: ({ name }) => name },
              { heading: "works", value: ({ works }) => works },
              { heading: "largest error", value: ({ largestError }) => largestError },
              { heading: "", value: ({ message, about }) => message ?? about },
            ],
            checks,
            style,
          ),
        ].join("\n"),
      exitCode: checks.some(({ works }) => works === false) ? 1 : 0,
    };
  },
});

/** The name of the backend that `--backend auto` takes; `none` if that fails. */
async function activeBackend(): Promise<string> {
  try {
    const backend = await openBackend("auto");
    const { name } = backend;
    backend.dispose();
    return name;
  } catch {
    return "none";
  }
}
