import { signal } from "@preact/signals";
import type { IssuedInvitation, OrderAnswer } from "#protocol/order";

/** Invitations just made, with their codes: nobody can look them up again, so they stay until they are put away. */
export const issued = signal<IssuedInvitation[]>([]);

/** Whoever gives the order, or the second word on it, has its codes in hand. */
export function keepIssued(answers: readonly OrderAnswer[]): void {
  const fresh = answers.flatMap((answer) => (answer.state === "done" ? (answer.invitations ?? []) : []));
  if (fresh.length > 0) issued.value = [...issued.value, ...fresh];
}
