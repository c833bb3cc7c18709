import { WebhookNotVerified, verifyWebhook } from "@juncture/sdk/webhooks";

/**
 * What Juncture tells as it happens. The body as it came: the signature is over its bytes. An answer that is no success
 * brings the event again, so take it first and do what takes long afterwards.
 */
export async function POST(request: Request): Promise<Response> {
  const { JUNCTURE_WEBHOOK_SECRET } = process.env;
  try {
    const event = await verifyWebhook(await request.text(), request.headers, JUNCTURE_WEBHOOK_SECRET);
    // It may come twice, with the same id. What you do not know of, leave alone.
    if (event.type === "connection.needs_reauthorization") console.log(`${event.id}: ask ${event.data.external_id} to connect again`);
    return new Response(null, { status: 204 });
  } catch (error) {
    if (error instanceof WebhookNotVerified) return new Response(error.message, { status: 401 });
    throw error;
  }
}
