import { writeFileSync } from "node:fs";
import { ZOO_TABLE, zooPage } from "./zoo-page.ts";

writeFileSync(ZOO_TABLE.page, zooPage());
