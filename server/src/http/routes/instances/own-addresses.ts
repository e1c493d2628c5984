import { z } from 'zod';
import { nameOwnAddress, otherAddresses, removeOwnAddress } from '../../../mailboxes/other-addresses.ts';
import { actorOf } from '../../access.ts';
import { instancePath } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

const address = z.string().min(1).max(320);
const response = z
  .object({
    addresses: z.array(
      z.object({
        /** `@domain` is a domain alias. */
        address: z.string(),
        /** former: of a mailbox before its account was renamed. */
        kind: z.enum(['named', 'former']),
      }),
    ),
    /** Received mail reached us by them; they may be ours. */
    offered: z.array(z.object({ address: z.string(), messages: z.number().int() })),
  })
  .meta({ id: 'OwnAddresses' });

/** Settings > Receiving: the addresses of ours that neither mailboxes nor Gmail tell (R11). */
export function ownAddressRoutes(app: HttpServer, { database }: Services): void {
  const tags = ['receiving'];
  const url = '/api/instances/:instanceId/own-addresses';
  app.get(
    url,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Addresses of ours beside mailboxes and send-as addresses',
        params: instancePath,
        response: { 200: response },
      },
    },
    ({ instanceId }) => database.inInstance(instanceId, otherAddresses),
  );
  app.post(
    url,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Name an address as ours',
        description:
          'A group or an alias, or a domain alias as `@domain`. It is never a customer and never answered.',
        params: instancePath,
        body: z.strictObject({ address }),
        response: { 200: response },
      },
    },
    (request) =>
      database.inInstance(request.instanceId, async (tx) => {
        await nameOwnAddress(tx, request.body.address, actorOf(request));
        return otherAddresses(tx);
      }),
  );
  app.delete(
    `${url}/:address`,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Remove an address that was named as ours',
        params: instancePath.extend({ address }),
        response: { 200: response },
      },
    },
    (request) =>
      database.inInstance(request.instanceId, async (tx) => {
        await removeOwnAddress(tx, request.params.address, actorOf(request));
        return otherAddresses(tx);
      }),
  );
}
