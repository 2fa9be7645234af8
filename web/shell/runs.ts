import type { Order } from "../views/order/order.ts";

/** Where a run of the server stands. */
export interface RunState {
  readonly id: number;
  readonly title: string;
  readonly state: "running" | "done" | "failed" | "stopped";
  readonly done: number;
  readonly total?: number;
  readonly unit: string;
  readonly numbers: Readonly<Record<string, number>>;
  readonly result?: string;
  readonly error?: ServerError;
}

interface ServerError {
  readonly message: string;
  readonly known?: { readonly code: string; readonly expected?: string; readonly hint?: string };
}

/** The runs of the server. */
export async function listRuns(): Promise<readonly RunState[]> {
  return (await ask("GET", "runs")) as readonly RunState[];
}

/** Begins a run. Throws what the server says against it. */
export async function beginRun({ kind, case: id, model, config }: Order): Promise<void> {
  const subject = { case: { id }, ...(model === undefined ? {} : { model: { kind: model } }) };
  await ask("POST", "runs", { kind, subject, config });
}

export async function stopRun(id: number): Promise<void> {
  await ask("DELETE", `runs/${id}`, {});
}

async function ask(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(path, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const value: unknown = await answer.json();
  if (answer.ok) return value;
  const { error } = value as { readonly error: string | ServerError };
  throw new Error(typeof error === "string" ? error : errorText(error));
}

/** What went wrong on the server, and what to do about it. */
export function errorText({ message, known }: ServerError): string {
  return [message, known?.expected && `expected ${known.expected}`, known?.hint]
    .filter(Boolean)
    .join(" — ");
}
