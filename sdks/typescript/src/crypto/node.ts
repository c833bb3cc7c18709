/** Web Crypto, as Node has it: 18 has it in a module alone. */
export { webcrypto } from "node:crypto";
