import { formatFacts, formatTable, type Style } from "../../report/index.ts";
import type { Installation } from "../installation.ts";

/** The oldest major version of Node that its makers support: that of 20 ended in April 2026. */
const SUPPORTED_NODE = 22;

/** Node's version, and whether it is one to move on from. */
const nodeFact = (version: string): string =>
  Number.parseInt(version, 10) < SUPPORTED_NODE
    ? `${version} (works, but has no support since April 2026: take ${SUPPORTED_NODE} or newer)`
    : version;

/** Versions, processor, the backend that is taken and why, and a table of all backends. */
export function installationText(installation: Installation, style: Style): string {
  const { version, node, platform, arch, cpu, cores, active, backends } = installation;
  const because =
    active === "native"
      ? "native has been built for this machine"
      : `native: ${backends.find(({ name }) => name === "native")?.message ?? "not there"}`;
  const facts = formatFacts(
    [
      ["interpbench", version],
      ["node", nodeFact(node)],
      ["platform", `${platform} ${arch}`],
      ["processor", `${cpu}, ${cores} available`],
      ["backend", `${active} (${because})`],
    ],
    style,
  );
  const table = formatTable(
    [
      { heading: "backend", value: ({ name }) => name },
      { heading: "works", value: ({ works }) => works },
      { heading: "largest error", value: ({ largestError }) => largestError },
      { heading: "", value: ({ message, about }) => message ?? about },
    ],
    backends,
    style,
  );
  return `${facts}\n${table}`;
}
