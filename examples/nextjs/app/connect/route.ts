import { customer, goTo, juncture } from "../../lib/juncture";

/** Off to the consent page. */
export async function POST(): Promise<Response> {
  const { authorization_uri } = await juncture().connect.start(customer);
  return goTo(authorization_uri);
}
