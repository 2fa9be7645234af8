import { spawn } from "node:child_process";

/*
 * All that `npm test` checks: lint and types on one core, and the unit tests on all. What lint and types
 * say comes when they have ended, between the lines of the tests. Arguments go to the tests.
 */

/** Runs a script of package.json; whether it ended well. What it says comes at once, or (`isQuiet`) at its end. */
function run(script: string, { isQuiet = false, args = [] as readonly string[] } = {}) {
  const child = spawn("npm", ["run", "--silent", script, "--", ...args], {
    stdio: isQuiet ? "pipe" : "inherit",
    shell: process.platform === "win32",
  });
  const said: Uint8Array[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => said.push(data));
  return new Promise<boolean>((resolve) => {
    child.on("close", (code) => {
      for (const data of said) process.stdout.write(data);
      resolve(code === 0);
    });
  });
}

const checks = async () =>
  (await run("lint", { isQuiet: true })) &&
  (await run("types", { isQuiet: true })) &&
  (await run("types:web", { isQuiet: true }));
const passed = await Promise.all([checks(), run("test:unit", { args: process.argv.slice(2) })]);
process.exitCode = passed.every(Boolean) ? 0 : 1;
