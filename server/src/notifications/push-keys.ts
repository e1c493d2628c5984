import type { Deployment } from '../database/connect.ts';
import type { Sealer } from '../google/seal.ts';

/** VAPID keys (RFC 8292), base64url. */
export type PushKeys = { publicKey: string; privateKey: string };

const purpose = 'push key';

/**
 * The keys of this deployment, made at first use. New ones are made where the secret that sealed them is gone: browsers
 * then have subscribed with a key that nobody has, so these subscriptions are deleted.
 */
export async function pushKeys({ sql }: Deployment, sealer: Sealer): Promise<PushKeys> {
  const stored = await sql.selectFrom('pushKey').selectAll().executeTakeFirst();
  const privateKey = stored && (await sealer.open(stored.sealedPrivateKey, purpose));
  if (stored && privateKey) return { publicKey: stored.publicKey, privateKey };
  const { default: webPush } = await import('web-push');
  const made = webPush.generateVAPIDKeys();
  const sealedPrivateKey = await sealer.seal(made.privateKey, purpose);
  await sql.transaction().execute(async (tx) => {
    if (stored) {
      await tx.deleteFrom('pushKey').where('publicKey', '=', stored.publicKey).execute();
      await tx.deleteFrom('pushSubscription').execute();
    }
    // Of several processes that start together, one makes the keys.
    await tx
      .insertInto('pushKey')
      .values({ publicKey: made.publicKey, sealedPrivateKey })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
  return pushKeys({ sql } as Deployment, sealer);
}
