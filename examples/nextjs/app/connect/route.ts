import { customer, goTo, juncture } from "../../lib/juncture";

/** Off to the consent page, by a link that is good for this browser alone. */
export async function POST(): Promise<Response> {
  const { connect_url } = await juncture().connect.createSession(customer);
  return goTo(connect_url);
}
