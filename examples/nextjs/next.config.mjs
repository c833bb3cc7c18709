import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** @type {import("next").NextConfig} */
export default {
  // The SDK stands beside the examples.
  outputFileTracingRoot: join(dirname(fileURLToPath(import.meta.url)), "../.."),
};
