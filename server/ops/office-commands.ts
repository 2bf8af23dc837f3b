import type { Charge, Post, PostCard, Unit } from "#protocol/directory";
import { mintId } from "#protocol/ids";
import { type Command, family } from "./command.ts";
import { OpsError } from "./error.ts";
import { both, dateIn, numberIn, onePerson, onePost, oneOf, oneUnit, optional, provinceOf, required } from "./given.ts";

const KINDS = [
  ...(["ministry", "wing", "section", "province", "department", "division", "district", "office"] as const),
] as const;
const day = (at: number | null): string =>
  at === null ? "until further orders" : new Date(at).toISOString().slice(0, 10);

const units: Record<string, Command> = {
  async list({ desk, out }) {
    const line = ({ id, kind, name, parent, closed }: Unit) =>
      `${id}  ${kind}  ${name.en} · ${name.ur}${parent ? `  (in ${parent})` : ""}${closed ? "  (closed)" : ""}`;
    out.list(await desk.list<Unit>({ list: "units" }), line);
  },
  async add({ desk, values, out }) {
    const above = optional(values, "parent");
    const unit: Unit = {
      ...{ id: mintId(Date.now()), province: await provinceOf(desk), name: both(values, "name") },
      parent: above === undefined ? null : (await oneUnit(desk, above)).id,
      kind: oneOf(required(values, "kind"), KINDS, "--kind"),
    };
    await desk.act({ do: "put", entries: [{ unit }] });
    out.done({ unit }, unit.id);
  },
  async end({ desk, words, out }) {
    const unit = { ...(await oneUnit(desk, words.join(" "))), closed: true };
    await desk.act({ do: "put", entries: [{ unit }] });
    out.done({ unit }, `${unit.name.en} is closed.`);
  },
};

const posts: Record<string, Command> = {
  async list({ desk, words, values, out }) {
    const text = words.join(" ");
    const inside = optional(values, "unit");
    const unit = inside === undefined ? undefined : (await oneUnit(desk, inside)).id;
    const line = ({ post, unit: words, holders }: PostCard) =>
      `${post.id}  ${post.title.en} · ${post.title.ur}  (${words.en})  ${holders.map(({ person, kind }) => `${person.name.en}, ${kind}`).join("; ") || "vacant"}`;
    out.list(await desk.list<PostCard>({ list: "posts", ...(text && { text }), ...(unit && { unit }) }), line);
  },
  async add({ desk, values, out }) {
    const grade = numberIn(values, "grade");
    const post: Post = {
      ...{ id: mintId(Date.now()), province: await provinceOf(desk), title: both(values, "title") },
      unit: (await oneUnit(desk, required(values, "unit"))).id,
      ...(grade !== undefined && { grade }),
    };
    await desk.act({ do: "put", entries: [{ post }] });
    out.done({ post }, post.id);
  },
  async end({ desk, words, out }) {
    const post = { ...(await onePost(desk, words.join(" "))).post, closed: true };
    await desk.act({ do: "put", entries: [{ post }] });
    out.done({ post }, `${post.title.en} is closed.`);
  },
};

const charges: Record<string, Command> = {
  async list({ desk, values, out }) {
    const [whose, of] = [optional(values, "person"), optional(values, "post")];
    if ((whose === undefined) === (of === undefined)) throw new OpsError("Say --person PERSON or --post POST.");
    const where = whose
      ? { person: await onePerson(desk, whose) }
      : { post: (await onePost(desk, of as string)).post.id };
    const line = ({ id, person: holder, post: held, kind, from, to, order }: Charge) =>
      `${id}  ${holder}  ${held}  ${kind}  ${day(from)} – ${day(to)}${order ? `  (${order})` : ""}`;
    out.list(await desk.list<Charge>({ list: "charges", ...where }), line);
  },
  async add({ desk, words, values, out }) {
    const order = optional(values, "order");
    const charge: Charge = {
      id: mintId(Date.now()),
      post: (await onePost(desk, required(values, "post"))).post.id,
      person: await onePerson(desk, words.join(" ")),
      kind: oneOf(optional(values, "kind") ?? "regular", ["regular", "additional", "acting"], "--kind"),
      from: dateIn(values, "from") ?? Date.now(),
      to: dateIn(values, "to") ?? null,
      ...(order && { order }),
    };
    await desk.act({ do: "put", entries: [{ charge }] });
    out.done({ charge }, charge.id);
  },
  async end({ desk, words: [id = ""], values, out }) {
    const whose = await onePerson(desk, required(values, "person"));
    const held = (await desk.list<Charge>({ list: "charges", person: whose })).find((charge) => charge.id === id);
    if (!held) throw new OpsError("This person has no such charge. See: beep charge list --person PERSON");
    const at = dateIn(values, "to") ?? Date.now();
    // One that has not begun by then never was.
    const charge: Charge = at <= held.from ? { ...held, cancelled: true } : { ...held, to: at };
    await desk.act({ do: "put", entries: [{ charge }] });
    out.done({ charge }, charge.cancelled ? "The charge is cancelled." : `The charge ends: ${day(at)}.`);
  },
};

export const OFFICE_USAGE = `  beep unit list | add --name EN --name-ur UR --kind KIND [--parent UNIT] | end UNIT
                                                   KIND: ministry wing section province department division district office
  beep post list [TEXT] [--unit UNIT] | add --title EN --title-ur UR --unit UNIT [--grade N] | end POST
  beep charge list --person PERSON | --post POST
  beep charge add PERSON --post POST [--kind regular|additional|acting] [--from DATE] [--to DATE] [--order NO]
  beep charge end CHARGE --person PERSON [--to DATE]`;

export const unit = family("unit", units);
export const post = family("post", posts);
export const charge = family("charge", charges);
