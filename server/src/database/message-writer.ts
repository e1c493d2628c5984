import type { NameAndAddress, Sender } from './column-types.ts';

/** Who a message is shown as written by: the person behind a form or a list, else From. */
export function writerOf(message: {
  fromName: string;
  fromAddress: string;
  sender: Sender | null;
}): NameAndAddress {
  const { fromName: name, fromAddress: address, sender } = message;
  return sender && (sender.writer.name || sender.writer.address) ? sender.writer : { name, address };
}
