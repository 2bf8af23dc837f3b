import type { Bilingual, Contact } from "#protocol/directory";

/** What a message that invites somebody has to say. */
export interface Outgoing {
  /** the same on every attempt: who has it already need not show it again */
  id: string;
  name: Bilingual;
  code: string;
  url: string;
  /** milliseconds since 1970 */
  expires: number;
}

/** One way of sending an invitation. */
export interface Messenger {
  /** Settles when the message was taken. @throws Undelivered */
  send(to: Contact, invitation: Outgoing): Promise<void>;
}

/** The ways that this node has of sending invitations. */
export interface Messengers {
  email?: Messenger | undefined;
  sms?: Messenger | undefined;
}

/** A message was not taken; `words` are for the administrator. */
export class Undelivered extends Error {
  constructor(
    readonly words: string,
    /** trying again is of no use */
    readonly forGood: boolean,
    options: { cause?: unknown } = {},
  ) {
    super(words, options);
  }
}
