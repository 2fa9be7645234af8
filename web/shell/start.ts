import { mount } from "svelte";
import { type Engine, startEngine } from "../engine/client.ts";
import App from "./App.svelte";
import { readContent } from "./content.ts";
import type { FurtherPages } from "./further-pages.ts";
import Problem from "./Problem.svelte";
import { partFile } from "./parts.ts";
import { Session } from "./session.svelte.ts";

/** Development pages have the engine as a module; built ones as a blob that a worker is made of. */
async function openEngine(): Promise<Engine> {
  if (import.meta.env.DEV) {
    const { connectEngine } = await import("../engine/client.ts");
    const url = new URL("../engine/worker.ts", import.meta.url);
    return connectEngine(new Worker(url, { type: "module" }) as never);
  }
  return startEngine(await partFile("engine"));
}

/** Shows the content that stands in the page, in pages that every build has, and those that this one has further. */
export function startPage(further: FurtherPages): void {
  const target = document.getElementById("app")!;
  const content = readContent(document.getElementById("content")?.textContent);
  target.replaceChildren();
  if ("problem" in content) {
    mount(Problem, { target, props: { message: content.problem, hint: content.advice } });
  } else {
    openEngine().then(
      (engine) => mount(App, { target, props: { session: new Session(engine, content), further } }),
      (error: unknown) =>
        mount(Problem, {
          target,
          props: {
            message: "This browser does not let the page compute in the background.",
            hint: `Open it in a newer browser, or allow workers. (${String(error)})`,
          },
        }),
    );
  }
}
