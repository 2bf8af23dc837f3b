import { signal } from "@preact/signals";
import type { IssuedInvitation, OrderAnswer } from "#protocol/order";

/** Invitations just made, with their codes: nobody can look them up again, so they stay until they are put away. */
export const issued = signal<IssuedInvitation[]>([]);

export function keepIssued(answers: readonly OrderAnswer[]): number {
  const fresh = answers.flatMap((answer) => (answer.state === "done" ? (answer.invitations ?? []) : []));
  if (fresh.length > 0) issued.value = fresh;
  return fresh.length;
}
