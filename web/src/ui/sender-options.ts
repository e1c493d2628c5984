import type { Sender } from '../api/client.ts';
import { t } from '../locales/messages.ts';

/** What a message is sent from: a mailbox, by its own address or by one of its aliases. */
export type SendFrom = { mailboxId: string | null; alias: string | null };

/** The mailbox with the From line that a message is sent with. */
export type ChosenSender = Sender & {
  /** The alias that was chosen but that Gmail does not accept any more. */
  missingAlias: string | null;
};

/** The sender of a message; undefined where none is chosen or its mailbox is gone. */
export function chosenSender(senders: Sender[], { mailboxId, alias }: SendFrom): ChosenSender | undefined {
  const sender = senders.find((each) => each.mailboxId === mailboxId);
  if (!sender || alias === null) return sender && { ...sender, missingAlias: null };
  const found = sender.aliases.find(({ address }) => address === alias);
  return found
    ? { ...sender, fromLine: found.fromLine, missingAlias: null }
    : { ...sender, fromLine: alias, missingAlias: alias };
}

/** The choices of a Select of senders, each mailbox followed by its aliases, and `current` where it is none of them. */
export function senderOptions(senders: Sender[], current: SendFrom): Array<{ value: string; label: string }> {
  return senders.flatMap(({ mailboxId, displayName, address, state, aliases }) => {
    const own = { alias: null as string | null, name: displayName, address };
    const others = aliases.map((one) => ({
      alias: one.address,
      name: one.displayName,
      address: one.address,
    }));
    const options = [own, ...others].map(({ alias, name, address }) => ({
      value: senderValue({ mailboxId, alias }),
      label:
        state === 'disconnected'
          ? t('composer.senderDisconnected', { name, address })
          : t('composer.sender', { name, address }),
    }));
    const missing = current.mailboxId === mailboxId && chosenSender(senders, current)?.missingAlias;
    if (missing) {
      const label = t('composer.senderNotAccepted', { address: missing });
      options.push({ value: senderValue(current), label });
    }
    return options;
  });
}

/** The value of a choice of `senderOptions`; an id has no space. */
export function senderValue({ mailboxId, alias }: SendFrom): string {
  return alias === null ? (mailboxId ?? '') : `${mailboxId} ${alias}`;
}

/** What the value of a choice stands for. */
export function senderOf(value: string): SendFrom {
  const [mailboxId = null, alias = null] = value.split(' ');
  return { mailboxId, alias };
}
