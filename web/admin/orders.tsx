import { useEffect, useState } from "preact/hooks";
import type { OrderInfo, Preview } from "#protocol/admin";
import { type OrderAct, orderHash } from "#protocol/order";
import { useModel } from "../view/app-context.ts";
import { actWords } from "./act-words.ts";
import { usePages } from "./asked.ts";
import { DatedOrder, Giver } from "./dated-order.tsx";
import { deskOf } from "./desk.ts";
import { ExportedFile } from "./exported.tsx";
import { adminWords } from "./furnish.ts";
import { address, place } from "./place.ts";
import { Proposal } from "./proposal.tsx";
import { Empty, More, Pending, Screen } from "./screen.tsx";
import { told } from "./said.ts";
import { may, mayApprove } from "./sections.ts";
import { momentOf } from "./time.ts";
import { Touched } from "./touched.tsx";
import { useOrder } from "./use-order.ts";
import { Who } from "./who.tsx";

/** An order that waits: what it changes, and the second administrator's word. */
function Waiting({ info }: { info: OrderInfo }) {
  const app = useModel();
  const w = adminWords.value;
  const { order } = info;
  const [preview, setPreview] = useState<Preview | null>(null);
  const given = useOrder();
  const own = order.person === app.me.value?.id;
  useEffect(() => {
    let wanted = true;
    deskOf(app)
      .ask({ ask: "preview", act: order.act })
      .then(
        (answer) => wanted && setPreview(answer.preview),
        () => {},
      );
    return () => {
      wanted = false;
    };
  }, [order.id]);
  return (
    <li class="admin-order">
      <p class="name">{actWords(order.act)}</p>
      <p class="hint">
        {w.orderedBy} <Who id={order.person} /> · {momentOf(order.at)}
      </p>
      <Touched act={order.act} />
      {preview && <p>{w.willChange(preview.changes)}</p>}
      {given.trouble && (
        <p class="trouble" role="alert" dir="auto">
          {given.trouble}
        </p>
      )}
      {own ? (
        <>
          <p class="hint">{w.ownOrder}</p>
          <div class="admin-actions">
            <button
              type="button"
              class="secondary"
              disabled={given.busy}
              onClick={() => void given.order({ do: "refuse", order: order.id })}
            >
              {w.takeBack}
            </button>
          </div>
        </>
      ) : (
        mayApprove(app.roles.value, order.act) && (
          <div class="admin-actions">
            <button
              type="button"
              class="primary"
              aria-busy={given.busy}
              disabled={given.busy}
              onClick={async () => given.order({ do: "approve", order: order.id, text: await orderHash(order) })}
            >
              {w.approve}
            </button>
            <button
              type="button"
              class="secondary"
              disabled={given.busy}
              onClick={() => void given.order({ do: "refuse", order: order.id })}
            >
              {w.refuse}
            </button>
          </div>
        )
      )}
    </li>
  );
}

function Done({ info, onUndo }: { info: OrderInfo; onUndo: (act: OrderAct) => void }) {
  const app = useModel();
  const w = adminWords.value;
  const { order, undo } = info;
  const me = app.me.value?.id;
  const mine = order.person === me || info.second === me;
  return (
    <li>
      <span class="name">{actWords(order.act)}</span> <span class="badge">{w.orderStates[info.state]}</span>
      <p class="hint">
        <Giver info={info} /> · {momentOf(order.at)}
        {info.second && (
          <>
            {" · "}
            {info.state === "refused" ? w.refusedBy : w.approvedBy} <Who id={info.second} />
          </>
        )}
      </p>
      {info.why && <p dir="auto">{told(info.why)}</p>}
      {info.state === "done" && (
        <details>
          <summary>{w.whatItTouched}</summary>
          <Touched act={order.act} />
        </details>
      )}
      <div class="admin-actions">
        {undo && info.state === "done" && may(app.roles.value, undo.do) && (
          <button type="button" class="secondary" onClick={() => onUndo(undo)}>
            {w.undo}
          </button>
        )}
        {order.act.do === "export" && info.state === "done" && mine && <ExportedFile order={order.id} />}
      </div>
    </li>
  );
}

const TABS = ["waiting", "dated", "done"] as const;
type Tab = (typeof TABS)[number];

/** Orders that wait for a second administrator or for their day, and those that are done. */
export function Orders() {
  const app = useModel();
  const w = adminWords.value;
  const state = TABS.find((each) => each === place.value.rest[0]) ?? "waiting";
  const notes = { waiting: w.waitingNote, dated: w.datedNote, done: undefined };
  const hints = { waiting: w.noWaitingHint, dated: w.noDatedHint, done: w.noDoneHint };
  const [undoing, setUndoing] = useState<OrderAct | null>(null);
  const pages = usePages(`orders ${state}`, async (after) => {
    const page = await deskOf(app).ask({
      ask: "orders",
      state,
      limit: 30,
      ...(after !== undefined && { after: String(after) }),
    });
    return { items: page.orders, next: page.next };
  });
  const tab = (to: Tab) => (
    <a
      key={to}
      class="admin-tab"
      href={to === "waiting" ? address("orders") : address("orders", to)}
      aria-current={state === to ? "page" : undefined}
    >
      {w.orderTabs[to]}
    </a>
  );
  return (
    <Screen title={w.sections.orders} note={notes[state]}>
      <nav class="admin-tabs" aria-label={w.sections.orders}>
        {TABS.map(tab)}
      </nav>
      <Pending asked={pages} />
      {pages.data?.length === 0 && <Empty text={w.noOrders[state]} hint={hints[state]} />}
      <ul class="admin-rows">
        {(pages.data ?? []).map((info) =>
          state === "waiting" ? (
            <Waiting key={info.order.id} info={info} />
          ) : state === "dated" ? (
            <DatedOrder key={info.order.id} info={info} />
          ) : (
            <Done key={info.order.id} info={info} onUndo={setUndoing} />
          ),
        )}
      </ul>
      <More pages={pages} />
      {undoing && <Proposal title={w.undo} acts={[undoing]} onClose={() => setUndoing(null)} />}
    </Screen>
  );
}
