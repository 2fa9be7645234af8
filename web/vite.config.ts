import { createReadStream, existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

/** The zoo of this package, as a served explorer has it. */
const zoo: Plugin = {
  name: "zoo",
  configureServer: (server) => {
    server.middlewares.use("/models", (request, response, next) => {
      const path = fileURLToPath(new URL(`../models/.${request.url}`, import.meta.url));
      if (/^\/[\w-]+\/[\w.]+$/.test(request.url ?? "") && existsSync(path)) {
        createReadStream(path).pipe(response);
      } else next();
    });
  },
};

/** Development: `npm run web`. What is shipped is made by `build.ts`. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [svelte(), zoo],
  server: { fs: { allow: [".."] }, port: 4210 },
  worker: { format: "es" },
});
