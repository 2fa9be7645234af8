import { z } from "zod";
import { flag } from "../../flags/index.ts";

/**
 * The option of every command that takes algorithms. Plugins are loaded before the command line is read, since
 * they decide which commands there are: from flags alone.
 */
export const pluginOptions = {
  plugin: flag(
    z.array(z.string().min(1)).default([]),
    "Add the algorithms of a module (docs/discovery.md), for help too; not from --config",
    { placeholder: "FILE", defaultText: "", isWhole: true, group: "Algorithms of your own" },
  ),
};
