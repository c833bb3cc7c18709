/** Web Crypto, wherever this runs. */

/** The runtime's Web Crypto. Node 18 has it in a module alone. */
export async function webCrypto(): Promise<Crypto> {
  if (globalThis.crypto !== undefined) return globalThis.crypto;
  // Not as a literal: bundlers for browsers would look for the module.
  const name = ["node", "crypto"].join(":");
  const module = (await import(name)) as { webcrypto: Crypto };
  return module.webcrypto;
}
