import { useState } from "preact/hooks";
import type { AdminPerson } from "#protocol/admin";
import type { Charge, Post } from "#protocol/directory";
import type { OrderAct } from "#protocol/order";
import { useModel } from "../../view/app-context.ts";
import { told } from "../../view/names.ts";
import { adminWords } from "../furnish.ts";
import { visit } from "../place.ts";
import { Proposal } from "../proposal.tsx";
import { may } from "../sections.ts";
import { dateOf } from "../time.ts";
import { EndCharge } from "./end-charge.tsx";
import { steadyNow } from "../../platform/clock.ts";

type Tense = "now" | "ahead" | "past";

const tense = ({ from, to }: Charge, now: number): Tense =>
  from > now ? "ahead" : to !== null && to <= now ? "past" : "now";

/** The posts that a person holds, will hold and held. */
export function Charges({ person, posts }: { person: AdminPerson; posts: readonly Post[] }) {
  const app = useModel();
  const w = adminWords.value;
  const [ending, setEnding] = useState<Charge | null>(null);
  const [cancelling, setCancelling] = useState<OrderAct | null>(null);
  const may_ = may(app.roles.value, "put-office");
  const active = (person.person.state ?? "active") === "active";
  const now = steadyNow() + app.skew;
  const title = (charge: Charge) => told(posts.find(({ id }) => id === charge.post)?.title) || charge.post;
  const row = (charge: Charge, when: Tense) => (
    <li key={charge.id}>
      <bdi class="name">{title(charge)}</bdi> <span class="badge">{w.charges[charge.kind]}</span>
      <p class="hint">
        {w.period(dateOf(charge.from), charge.to === null ? null : dateOf(charge.to))}
        {charge.order && (
          <>
            {" · "}
            <bdi>{charge.order}</bdi>
          </>
        )}
      </p>
      {may_ && when !== "past" && (
        <div class="admin-actions">
          {when === "now" && (
            <>
              <button
                type="button"
                class="secondary"
                onClick={() => visit("people", person.person.id, "handover", charge.id)}
              >
                {w.handOver}
              </button>
              <button type="button" class="secondary" onClick={() => setEnding(charge)}>
                {w.endCharge}
              </button>
            </>
          )}
          {when === "ahead" && (
            <button
              type="button"
              class="secondary"
              onClick={() => setCancelling({ do: "put", entries: [{ charge: { ...charge, cancelled: true } }] })}
            >
              {w.cancelCharge}
            </button>
          )}
        </div>
      )}
    </li>
  );
  const groups = (["now", "ahead", "past"] as const).map(
    (when) => [when, person.charges.filter((charge) => !charge.cancelled && tense(charge, now) === when)] as const,
  );
  return (
    <section>
      <h2>{w.chargesTitle}</h2>
      {groups.every(([, charges]) => charges.length === 0) && <p class="hint">{w.noCharges}</p>}
      {groups.map(
        ([when, charges]) =>
          charges.length > 0 && (
            <div key={when}>
              <h3>{w.tenses[when]}</h3>
              <ul class="admin-rows">{charges.map((charge) => row(charge, when))}</ul>
            </div>
          ),
      )}
      {may_ && active && (
        <div class="admin-actions">
          <button type="button" class="secondary" onClick={() => visit("people", person.person.id, "charge")}>
            {w.assignCharge}
          </button>
        </div>
      )}
      {ending && <EndCharge charge={ending} title={title(ending)} onClose={() => setEnding(null)} />}
      {cancelling && <Proposal title={w.cancelCharge} acts={[cancelling]} onClose={() => setCancelling(null)} />}
    </section>
  );
}
