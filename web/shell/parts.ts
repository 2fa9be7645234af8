/** A part of the program that stands in the page as data: its text, unpacked. */
export async function partText(id: string): Promise<string> {
  const base64 = document.getElementById(id)?.textContent ?? "";
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

/** Runs a part of the program in the page, whose policy knows it by its hash: the global object that it makes. */
export async function runPart<T>(id: string, global: string): Promise<T> {
  const script = document.createElement("script");
  script.textContent = await partText(id);
  document.head.append(script);
  script.remove();
  return (globalThis as unknown as Record<string, T>)[global]!;
}
