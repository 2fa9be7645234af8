import { type ExecFileException, execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/*
 * Starts the built program on every version of Node that it is for, looks at exit codes and at what
 * the runtime prints besides, and compares results with the first version's, byte by byte. Versions
 * other than the one that runs this come from npm, into a folder that is removed again; one that cannot
 * be installed counts as skipped. With SMOKE_JSON the counts are written to that file.
 */

const MAJORS = [20, 22, 24, 26];
const INSTALL_SECONDS = 120;
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MAIN = join(ROOT, "dist/cli/main.js");

/** What is done with a version of Node, in a folder of its own. */
interface Check {
  readonly name: string;
  readonly args: readonly string[];
  /** Exit codes that are right. */
  readonly exits: readonly number[];
  /** Whether what it prints is the same everywhere. */
  readonly samePrint?: boolean;
  /** The most addresses that it may have, in KiB, where the system has such a limit. */
  readonly addresses?: number;
}

const program = (line: string): string[] => [MAIN, ...line.split(" ")];

const CHECKS: readonly Check[] = [
  { name: "doctor", args: program("doctor"), exits: [0] },
  { name: "cases run", args: program("cases run 3 --input a,x,b,x"), exits: [0], samePrint: true },
  { name: "a flag that is not there", args: program("doctor --colour"), exits: [2] },
  {
    // A moment of training does not reach its goal, which may be an exit code of its own.
    name: "train iit",
    args: program(
      "train iit -i 3 --epochs 1 --train-pairs 1024 --validation-pairs 256 --backend wasm -o trained",
    ),
    exits: [0, 1],
  },
  {
    name: "run acdc",
    args: program("run acdc -i 3 --tracr --threshold 0.7 --backend wasm -o found"),
    exits: [0],
  },
  {
    name: "worker threads",
    args: program("run acdc -i 3,4 --tracr --threshold 0.7 --threads 2 -o parallel"),
    exits: [0],
  },
  {
    // Native kernels fit, WebAssembly's do not on every version; below 3.1 GB Node 26 aborts by itself.
    name: "little memory",
    args: program("run acdc -i 3 --tracr --threshold 0.7 -o limited"),
    exits: [0, 1],
    addresses: 3_300_000,
  },
];

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(file: string, args: readonly string[], cwd: string, seconds: number): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd, timeout: seconds * 1000, env: { ...process.env, NO_COLOR: "1" } };
    execFile(file, args, options, (error: ExecFileException | null, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

/** Does a check with a Node; one with a limit leaves its results elsewhere, if there are any. */
function start(node: string, { args, addresses }: Check, cwd: string): Promise<Ended> {
  if (addresses === undefined) return run(node, args, cwd, 120);
  const limit = process.platform === "linux" ? `ulimit -v ${addresses} && ` : "";
  const limited = ["-c", `${limit} exec "$0" "$@"`, node, ...args];
  return run("sh", limited, mkdtempSync(`${cwd}-`), 120);
}

/** The program of a major version: this one's own, or one from npm; `undefined` if there is none. */
async function nodeOf(major: number, folder: string): Promise<string | undefined> {
  if (Number.parseInt(process.versions.node, 10) === major) return process.execPath;
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const prefix = join(folder, String(major));
  const quiet = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=0"];
  const args = ["install", ...quiet, "--prefix", prefix, `${name}@${major}`];
  const { code } = await run("npm", args, folder, INSTALL_SECONDS);
  return code === 0 ? join(prefix, "node_modules", name, "bin", "node") : undefined;
}

/** What Node or V8 says of itself on stderr, or of a fault that is not the user's. */
const RUNTIME_NOTICE = /\(node:\d+\)|Warning|unrecognized flag|bad option|RangeError|^Fatal/m;

/** A result without what its provenance says of the moment and the machine. */
function withoutMoment(name: string, bytes: Buffer): string {
  if (!name.endsWith("result.json")) return bytes.toString("base64");
  const { provenance, ...result } = JSON.parse(bytes.toString());
  const { startedAt, seconds, processorSeconds, host, ...lasting } = provenance;
  return JSON.stringify({ ...result, lasting });
}

/** All files that the checks have left, by name. */
function filesIn(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return new Map(
    files.map((name) => [name, withoutMoment(name, readFileSync(join(folder, name)))]),
  );
}

/** Results of a version, to compare others with. */
interface Results {
  readonly printed: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, string>;
}

const differing = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] =>
  [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name));

/** Does all checks with a Node; the faults found, by check. */
async function smoke(node: string, cwd: string, first: Results | undefined) {
  const faults: string[] = [];
  const printed = new Map<string, string>();
  for (const check of CHECKS) {
    const { name, exits, samePrint } = check;
    const { code, stdout, stderr } = await start(node, check, cwd);
    const fault = !exits.includes(code)
      ? `exit code ${code}\n${stdout}${stderr}`
      : RUNTIME_NOTICE.test(stderr)
        ? `on stderr:\n${stderr}`
        : undefined;
    if (fault !== undefined) faults.push(`${name}: ${fault}`);
    if (samePrint) printed.set(name, stdout);
  }
  const results: Results = { printed, files: filesIn(cwd) };
  const others = [
    ...differing(results.printed, (first ?? results).printed),
    ...differing(results.files, (first ?? results).files),
  ];
  if (results.files.size === 0) faults.push("results: there are none");
  else if (others.length > 0) faults.push(`results: not the same bytes in ${others.join(", ")}`);
  return { faults, results };
}

const folder = mkdtempSync(join(tmpdir(), "smoke-"));
const counts = { passed: 0, failed: 0, skipped: 0 };
const perVersion = CHECKS.length + 1;
try {
  const nodes = await Promise.all(MAJORS.map((major) => nodeOf(major, folder)));
  let first: Results | undefined;
  for (const [i, node] of nodes.entries()) {
    const version = node && (await run(node, ["--version"], folder, 20)).stdout.trim();
    if (!node || !version) {
      console.log(`Node ${MAJORS[i]}: not checked, it cannot be installed here`);
      counts.skipped += perVersion;
      continue;
    }
    const { faults, results } = await smoke(node, mkdtempSync(join(folder, "run-")), first);
    first ??= results;
    counts.failed += faults.length;
    counts.passed += perVersion - faults.length;
    console.log(`Node ${version}: ${perVersion - faults.length} of ${perVersion} checks passed`);
    for (const fault of faults) console.log(`  ${fault}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (process.env.SMOKE_JSON) writeFileSync(process.env.SMOKE_JSON, JSON.stringify(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;
