import { mintId, type RoomId } from "#protocol/ids";
import { KIND } from "#protocol/record";
import { stampOf } from "#protocol/stamp";
import { type Attack, mustSee, type Tried, whoReads } from "../attack.ts";
import type { Field } from "../field.ts";
import { WHO } from "../people.ts";
import { STANDINGS, type Standing } from "../rooms.ts";

/** Kinds that later versions may write among them. */
const KINDS = [KIND.message, KIND.note, 4, 5, 6] as const;
const NAMES = ["author", "other", "own", "stranger"] as const;

interface Forged {
  name: string;
  room: RoomId;
  standing: Standing;
  who: (typeof NAMES)[number];
  canary: string;
}

/**
 * Records in others' names, in rooms of every kind and standing, by lives of its own and of others, by the log and by the
 * quick way.
 */
export const records: Attack = {
  name: "records",
  tries: "writes as others, in rooms with and without a member, and after a removal",
  async run(field) {
    const all: Forged[] = [];
    for (const standing of STANDINGS) {
      const room = await field.rooms.make(standing);
      for (const who of NAMES)
        for (const way of ["log", "fill"]) all.push(await forge(field, standing, room, who, way));
      all.push(await forge(field, standing, room, "author", "log", field.pick(field.honest)));
    }
    await field.rooms.caughtUpEverywhere();
    const tried: Tried[] = [];
    for (const forged of all) tried.push(await judge(field, forged));
    const own = tried.find(({ name }) => name.startsWith("in shared as own by log"));
    mustSee(own?.saw, "what the hostile province's own person wrote");
    // Its own people may write where they are members.
    return tried.map((one) => (one.name.startsWith("in shared as own") ? { ...one, succeeded: false } : one));
  },
};

async function forge(
  field: Field,
  standing: Standing,
  room: RoomId,
  who: Forged["who"],
  way: string,
  origin?: string,
): Promise<Forged> {
  const { hostile, honest, here, there } = field;
  const people = {
    author: field.person(here, WHO.clerk).id,
    other: field.person(there, standing === "post" ? WHO.holder : WHO.clerk).id,
    own: field.person(hostile.province, WHO.clerk).id,
    stranger: mintId(Date.now()),
  };
  const kind = field.pick(KINDS);
  const canary = field.canary();
  const life = hostile.life(origin ?? hostile.province);
  const stamp = stampOf(Date.now());
  const record = hostile.record(room, people[who], canary, { origin: life, kind, stamp });
  if (way === "log") await hostile.log(honest, [record]);
  else for (const to of honest) hostile.say(to, { t: "fill", room, origin: life, base: 0, hash: "" }, [record]);
  const name = `in ${standing} as ${who} by ${way}${origin ? `, as of ${origin}'s node` : ""}, kind ${kind}`;
  return { name, room, standing, who: origin ? "stranger" : who, canary };
}

async function judge(field: Field, { name, room, standing, who, canary }: Forged): Promise<Tried> {
  const { here, there } = field;
  const officials = [field.official(here), field.official(there, standing === "post" ? WHO.holder : WHO.clerk)];
  const readers = await whoReads(officials, room, canary);
  // Where its own people may write, its node carries what guests of its province say, and may lie about it.
  const isAdmitted = standing === "shared" && (who === "author" || who === "other");
  return {
    ...{ name, succeeded: readers.length > 0 },
    ...(readers.length > 0 && { saw: `${readers.length} honest officials read it` }),
    ...(isAdmitted && { admitted: "R160" }),
  };
}
