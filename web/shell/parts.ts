/** A part of the program that stands in the page as data, unpacked. */
function unpacked(id: string): Response {
  const text = atob(document.getElementById(id)?.textContent ?? "");
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream, { headers: { "content-type": "text/javascript" } });
}

/** A part as a file, whose text nobody reads here. */
export const partFile = (id: string): Promise<Blob> => unpacked(id).blob();

/** Runs a part of the program in the page, whose policy knows it by its hash: the global object that it makes. */
export async function runPart<T>(id: string, global: string): Promise<T> {
  const script = document.createElement("script");
  script.textContent = await unpacked(id).text();
  document.head.append(script);
  script.remove();
  return (globalThis as unknown as Record<string, T>)[global]!;
}
