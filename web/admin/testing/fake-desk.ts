import { signal } from "@preact/signals";
import type { AdminAnswer, AdminAsk, AdminPerson, OrderInfo } from "#protocol/admin";
import type { AdminRole, Charge, Entry, Grant, Person, Post, Unit } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import { MASS, type Order, type OrderAnswer } from "#protocol/order";
import type { AppModel } from "../../model/contract.ts";
import { Refusal } from "../../net/refusal.ts";
import { plain } from "../../view/names.ts";
import { idOf } from "../../view/testing/people.ts";
import { fakeAudit } from "./fake-audit.ts";
import { copyOf, DAY, fakeHouse, NOW } from "./fake-house.ts";

/** Somebody whom no order may touch. */
const LEFT = idOf(103);

/** A made-up node for the administration's pages: it answers asks and carries orders out, in memory. */
export function fakeDesk(role: AdminRole, empty: boolean): Partial<AppModel> {
  const house = fakeHouse(empty);
  const me = house.people[0] as Person;
  const grant: Grant = {
    id: "g0",
    person: me.id,
    role,
    scope: role === "nodal" ? { unit: "u2" } : { province: "is" },
    from: NOW - 90 * DAY,
    to: role === "nodal" ? NOW + 60 * DAY : null,
  };
  const done: OrderInfo[] = house.done;
  const cards = new Map(house.people.map((person) => [person.id, signal<Person | undefined>(person)]));
  const personOf = (id: PersonId) => house.people.find((person) => person.id === id);
  const page = <T>(all: T[], after: string | undefined, limit: number) => {
    const from = after ? Number(after) : 0;
    const next = from + limit < all.length ? { next: String(from + limit) } : {};
    return { items: all.slice(from, from + limit), ...next };
  };
  const seen = (person: Person): AdminPerson => {
    const i = house.people.indexOf(person);
    return {
      person,
      charges: house.charges.filter((charge) => charge.person === person.id),
      devices: i % 3 === 0 ? 1 : 0,
      secured: i % 6 === 0,
      lastSeen: i % 3 === 0 ? NOW - i * 3_600_000 : null,
      invited: i % 3 === 1 ? NOW + 5 * DAY : null,
    };
  };
  const found = (ask: Extract<AdminAsk, { ask: "people" }>) =>
    house.people.filter(
      (person) =>
        (person.state ?? "active") === (ask.state ?? "active") &&
        (!ask.unit || person.unitId === ask.unit) &&
        (!ask.text || plain(`${person.name.en} ${person.name.ur} ${person.number}`).includes(plain(ask.text))),
    );
  const card = (post: Post) => ({
    post,
    unit: house.units.find(({ id }) => id === post.unit)?.name ?? { en: "", ur: "" },
    holders: house.charges
      .filter((charge) => charge.post === post.id && charge.from <= Date.now() && (charge.to ?? NOW * 2) > Date.now())
      .flatMap((charge) => {
        const person = personOf(charge.person);
        return person ? [{ person, kind: charge.kind }] : [];
      }),
  });

  function answer(ask: AdminAsk): AdminAnswer {
    switch (ask.ask) {
      case "reports":
        return { answer: "reports", reports: house.reports };
      case "overview":
        return {
          answer: "overview",
          overview: {
            province: "is",
            roles: [grant],
            people: house.people.length,
            inside: Math.ceil(house.people.length / 3),
            sessions: house.sessions.length,
            invitations: house.invitations.length,
            waiting: house.waiting.length,
          },
        };
      case "people": {
        const all = found(ask);
        const { items, ...rest } = page(all, ask.after, ask.limit);
        return { answer: "people", people: items.map(seen), total: all.length, ...rest };
      }
      case "person": {
        const person = personOf(ask.person);
        if (!person) throw new Refusal("forbidden", "There is no such person here.");
        const dated = house.dated.filter(({ order: { act } }) => act.do === "state" && act.people.includes(person.id));
        return {
          answer: "person",
          person: seen(person),
          devices: house.devices,
          grants: person === me ? [grant] : [],
          posts: house.posts,
          ...(dated.length > 0 && { dated }),
        };
      }
      case "units":
        return { answer: "units", units: house.units };
      case "posts": {
        const all = house.posts.filter(
          (post) =>
            (!ask.unit || post.unit === ask.unit) &&
            (!ask.text || plain(`${post.title.en} ${post.title.ur}`).includes(plain(ask.text))),
        );
        const { items, ...rest } = page(all, ask.after, ask.limit);
        return { answer: "posts", posts: items.map(card), ...rest };
      }
      case "waves":
        return { answer: "waves", waves: house.waves };
      case "invitations": {
        const all = house.invitations.filter(({ state }) => state === (ask.state ?? state));
        const { items, ...rest } = page(all, ask.after, ask.limit);
        return { answer: "invitations", invitations: items, ...rest };
      }
      case "sessions":
        return { answer: "sessions", sessions: house.sessions };
      case "grants":
        return {
          answer: "grants",
          grants: [
            { grant, person: me },
            ...house.grants.map((each) => ({ grant: each, person: personOf(each.person) })),
          ],
        };
      case "tokens":
        return { answer: "tokens", tokens: house.tokens };
      case "orders":
        return { answer: "orders", orders: ask.state === "done" ? done : house[ask.state] };
      case "audit":
        return { answer: "audit", ...fakeAudit(house.people, ask.find) };
      case "preview": {
        const { act } = ask;
        const people = act.do === "state" || act.do === "invite" ? act.people : [];
        const sample: Entry[] =
          act.do === "put"
            ? act.entries
            : people.flatMap((id) => (personOf(id) ? [{ person: personOf(id) as Person }] : []));
        return {
          answer: "preview",
          preview: {
            changes: act.do === "put" ? act.entries.length : Math.max(1, people.length),
            sample: sample.slice(0, 5),
            refused:
              people.length > 30 && people.includes(LEFT) ? [{ id: LEFT, why: "This person is of another unit." }] : [],
            second: needsSecond(act),
            undoable: act.do !== "export" && act.do !== "token" && act.do !== "untoken",
          },
        };
      }
      case "csv":
        return {
          answer: "csv",
          entries: house.people.slice(0, 40).map((person) => ({ person })),
          refused: [
            { line: 7, column: "mobile", why: "It is no number in the international form, such as +923001234567." },
            { line: 19, column: "name_ur", why: "The name in Urdu is missing." },
          ],
          same: 12,
        };
      case "exported":
        return { answer: "exported", name: "people.csv", csv: "number,name_en\r\n" };
    }
  }

  const needsSecond = (act: Order["act"]): boolean =>
    ["grant", "ungrant", "export", "unrevoke", "token"].includes(act.do) ||
    (act.do === "state" && act.people.length > MASS) ||
    // Of a post that has been held.
    (act.do === "put" && act.entries.some((entry) => "charge" in entry && isSuccessor(entry.charge)));
  const isSuccessor = ({ id, post }: Charge): boolean =>
    house.charges.every((each) => each.id !== id) && house.charges.some((each) => each.post === post);

  function put(entries: readonly Entry[]): Entry[] {
    const before: Entry[] = [];
    const into = <T extends { id: string }>(list: T[], next: T, wrap: (was: T) => Entry) => {
      const i = list.findIndex(({ id }) => id === next.id);
      const was = list[i];
      if (was) before.push(wrap(was));
      if (was) list[i] = next;
      else list.push(next);
    };
    for (const entry of entries) {
      if ("person" in entry) {
        into(house.people, entry.person, (person) => ({ person }));
        cards.set(entry.person.id, signal<Person | undefined>(entry.person));
      }
      if ("unit" in entry) into<Unit>(house.units, entry.unit, (unit) => ({ unit }));
      if ("post" in entry) into<Post>(house.posts, entry.post, (post) => ({ post }));
      if ("charge" in entry) into<Charge>(house.charges, entry.charge, (charge) => ({ charge }));
      if ("wave" in entry) {
        const { wave } = entry;
        const was = house.waves.find((status) => status.wave.id === wave.id);
        if (was) before.push({ wave: was.wave });
        if (was) was.wave = wave;
        else house.waves.push({ wave, state: "planned", why: [], inside: 0, invited: 0 });
      }
    }
    return before;
  }

  function carryOut(order: Order): OrderAnswer {
    const { act } = order;
    if (needsSecond(act)) {
      house.waiting.push({ order, state: "waiting", at: order.at, undo: null });
      return { state: "waiting", until: Date.now() + 7 * DAY };
    }
    if (act.do === "state" && act.from !== undefined) {
      house.dated.unshift({ order, state: "dated", at: order.at, undo: null });
      return { state: "dated", from: act.from };
    }
    const answer: Extract<OrderAnswer, { state: "done" }> = { state: "done", before: [], refused: [] };
    if (act.do === "put") answer.before = put(act.entries);
    if (act.do === "state")
      answer.before = put(
        act.people.flatMap((id) =>
          personOf(id) ? [{ person: { ...(personOf(id) as Person), state: act.state } }] : [],
        ),
      );
    if (act.do === "invite")
      answer.invitations = act.people.map((person, i) => ({
        id: `i${i}`,
        person,
        expires: Date.now() + act.validMs,
        sent: act.way === "email" && i === 1 ? { failed: "The mail server refused the address." } : act.way,
        ...(act.way === "show" && {
          code: `BEEP-7F3K-${(1000 + i).toString(36).toUpperCase()}-QX2M`,
          url: `https://beep.is.example/#/enrol/BEEP7F3K${i}QX2M`,
        }),
      }));
    if (act.do === "approve" || act.do === "refuse")
      for (const list of [house.waiting, house.dated]) {
        const at = list.findIndex(({ order: { id } }) => id === act.order);
        if (at >= 0) list.splice(at, 1);
      }
    done.unshift({ order, state: "done", at: order.at, undo: null });
    return answer;
  }

  return {
    device: "d0".padEnd(32, "0"),
    roles: signal([grant]),
    person: (id) => cards.get(id) ?? signal(undefined),
    sign: async () => "c2lnbmVk",
    async request(ask) {
      await new Promise((done) => setTimeout(done, 20));
      if (ask.t === "admin") return { t: "admin", ref: 0, answer: copyOf(answer(ask.ask)) };
      if (ask.t === "order") return { t: "ordered", ref: 0, answer: copyOf(carryOut(ask.order)) };
      throw new Refusal("fix", "Nothing answers this in a preview.");
    },
  };
}
