import type { AuditDraft } from "#protocol/audit";
import type { IssuedInvitation, OrderAnswer, SignedOrder } from "#protocol/order";
import type { Tx } from "../ports.ts";
import { actFacts } from "./facts.ts";
import type { KeptOrder } from "./ports.ts";
import type { Surroundings } from "./surroundings.ts";
import type { TokenDesk } from "./tokens.ts";

export type Done = Extract<OrderAnswer, { state: "done" }>;

/** Does what an order that was judged sound says, and writes down that it was done. */
export class CarryOut {
  constructor(
    private readonly around: Surroundings,
    private readonly tokens: TokenDesk,
  ) {}

  /**
   * @returns the answer with what is told once: codes of invitations, a token
   * @throws AppError fix for what cannot be done after all; the transaction must fail with it
   */
  do(tx: Tx, order: SignedOrder, alone: boolean): Done {
    const now = this.around.now();
    const answer = this.act(tx, order);
    const { second, ...given } = order;
    const kept: KeptOrder = {
      order: given,
      state: "done",
      at: now,
      until: now,
      second: second?.person ?? null,
      answer: withoutSecrets(answer),
      people: alone && order.act.do === "state" ? answer.before.length : 0,
    };
    tx.tables.orders.keepOrder(kept);
    tx.tables.audit.append(draftOf(order), now);
    return answer;
  }

  private act(tx: Tx, order: SignedOrder): Done {
    const { act, person } = order;
    const { directory, invitations } = this.around;
    const done = (more: Partial<Done> = {}): Done => ({ state: "done", before: [], refused: [], ...more });
    switch (act.do) {
      case "put":
      case "state":
      case "grant":
      case "ungrant":
      case "revoke":
      case "unrevoke":
        return done({ before: directory.carryOut(tx, order) });
      case "invite":
        return done({
          invitations: invitations.invite(tx, act.people, act.validMs, act.way, person, order.second ? 2 : 1),
        });
      case "uninvite":
        invitations.uninvite(tx, act.invitations, person);
        return done();
      case "token":
        return done({ token: this.tokens.add(tx, act, person) });
      case "untoken":
        tx.tables.orders.endToken(act.token);
        return done();
      case "export":
      case "approve":
      case "refuse":
        return done();
    }
  }
}

const draftOf = ({ id, act, person, device, second }: SignedOrder): AuditDraft => ({
  kind: "order",
  by: second ? { person: second.person, device: second.device } : { person, device },
  facts: { ...actFacts(act), order: id, ...(second && { given: person, second: second.person }) },
});

/** What may be told again. */
function withoutSecrets({ token: _, invitations, ...answer }: Done): Done {
  return { ...answer, ...(invitations && { invitations: invitations.map(bare) }) };
}

const bare = ({ id, person, expires, sent }: IssuedInvitation): IssuedInvitation => ({ id, person, expires, sent });
