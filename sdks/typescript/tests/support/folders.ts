/** Where things are. Tests run from build/tests. */

import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The package. */
export const packageFolder = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
/** The repository. */
export const repository = resolve(packageFolder, "../..");
/** The document that the types are made from. */
export const documentPath = join(repository, "openapi.json");
