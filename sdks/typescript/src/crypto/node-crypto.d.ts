/** What is used of Node's module, so that the sources need none of its types. */
declare module "node:crypto" {
  export const webcrypto: Crypto;
}
