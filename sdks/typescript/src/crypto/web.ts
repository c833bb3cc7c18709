/** Web Crypto, as runtimes of the web have it. */
export const webcrypto: Crypto = globalThis.crypto;
