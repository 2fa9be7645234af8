import { unpacked } from "./unpacked.ts";

/** A part of the program that stands in the page as data. */
function partOf(id: string): Response {
  const text = document.getElementById(id)?.textContent ?? "";
  return unpacked(text, "text/javascript");
}

/** A part as a file, whose text nobody reads here. */
export const partFile = (id: string): Promise<Blob> => partOf(id).blob();

/** Runs a part of the program in the page, whose policy knows it by its hash: the global object that it makes. */
export async function runPart<T>(id: string, global: string): Promise<T> {
  const script = document.createElement("script");
  script.textContent = await partOf(id).text();
  document.head.append(script);
  script.remove();
  return (globalThis as unknown as Record<string, T>)[global]!;
}
