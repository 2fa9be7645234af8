import { writeFileSync } from "node:fs";
import { ZOO_PAGE, zooPage } from "./zoo-page.ts";

writeFileSync(ZOO_PAGE, zooPage());
