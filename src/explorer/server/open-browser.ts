import { spawn } from "node:child_process";

/** How systems open an address in the user's browser. */
const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/** Opens an address in the user's browser, if there is one: where not, nothing happens. */
export function openBrowser(url: string): void {
  const [command = "xdg-open", ...words] = OPENERS[process.platform] ?? [];
  const child = spawn(command, [...words, url], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}
