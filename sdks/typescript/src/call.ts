/** Calls by the names of `openapi.json`, with the types that belong to them. */

import type { Operations } from "./generated/operations.js";
import type { CallOptions, CreateOptions } from "./options.js";
import type { Does } from "./transport.js";

/** Method and path of an operation. @internal */
export type Operation = keyof Operations;

/** Method and last name of an operation on a customer's Jira. @internal */
export type JiraOperation = {
  [O in Operation]: O extends `${infer Method} /api/backend/jira/${infer Name}` ? `${Method} ${Name}` : never;
}[Operation];

/** An operation by its whole name. */
type Whole<O extends Operation | JiraOperation> = O extends Operation
  ? O
  : O extends `${infer Method} ${infer Name}`
    ? Extract<Operation, `${Method} /api/backend/jira/${Name}`>
    : never;

/** What an operation gives. @internal */
export type Gives<O extends Operation | JiraOperation> = Operations[Whole<O>]["gives"];

/** What an operation takes; of Jira's all but the `external_id`. @internal */
export type Takes<O extends Operation | JiraOperation> = Operations[Whole<O>]["takes"];

/** Operations that are done once for their idempotency key. @internal */
export type Creation = { [O in JiraOperation]: Operations[Whole<O>] extends { once: true } ? O : never }[JiraOperation];

/** Calls about one customer's Jira. @internal */
export type JiraSend = (operation: JiraOperation, does: Does, parameters: object, options?: CreateOptions) => Promise<unknown>;

/** Some of the calls about one customer's Jira. */
export abstract class Group {
  readonly #send: JiraSend;

  /** @internal */
  constructor(send: JiraSend) {
    this.#send = send;
  }

  /** Asks for something; what is asked may be asked again. @internal */
  protected async reads<O extends JiraOperation>(operation: O, parameters: Takes<O>, options?: CallOptions) {
    return (await this.#send(operation, "reads", parameters, options)) as Gives<O>;
  }

  /** Changes something. If the answer is lost, nobody knows whether it was changed. @internal */
  protected async writes<O extends JiraOperation>(operation: O, parameters: Takes<O>, options?: CallOptions) {
    return (await this.#send(operation, "writes", parameters, options)) as Gives<O>;
  }

  /** Makes something, once for its key. @internal */
  protected async creates<O extends Creation>(operation: O, parameters: Takes<O>, options?: CreateOptions) {
    return (await this.#send(operation, "creates", parameters, options)) as Gives<O>;
  }
}
