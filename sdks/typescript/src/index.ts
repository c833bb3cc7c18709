export { Juncture } from "./juncture.js";
export { Jira } from "./jira/index.js";
export {
  type ErrorCode,
  type ErrorFacts,
  JunctureError,
  MissingScope,
  NeedsReauthorization,
  OutcomeUnknown,
  RateLimited,
} from "./errors.js";
export type { CallOptions, CreateOptions, Fetch, JunctureOptions } from "./options.js";
export { WebhookNotVerified, type WebhookEvent, type WebhookOptions, verifyWebhook } from "./webhooks.js";
export type * from "./generated/types.gen.js";
