import { load } from "../load/run.ts";
import type { LoadSample, RoomWork, SingleSample } from "../load/rooms.ts";
import { node } from "../node.ts";
import { type Bench, cpuBeside, figure, median, ratio, type Row } from "../report.ts";
import type { System } from "../system.ts";
import { rawRooms, socketIo } from "../systems.ts";

const GAP = "a walk over the members per commit instead of one publish per room; acks and events leave as two frames";

export const fanout: Bench = async ({ dir, quick, peers, runs }) => {
  const channel = quick ? 1000 : 8000;
  const group = quick ? 200 : 1000;
  const start = (at: string) =>
    node(at, async (seed) => {
      await seed.people(channel);
      seed.accounts.rooms.channel = await seed.room("channel", seed.accounts.people, "Channel");
      seed.accounts.rooms.group = await seed.room("group", seed.accounts.people.slice(0, group), "Group");
      await seed.pairs(1);
    });
  const singles = async (system: System) =>
    await load<SingleSample[]>("rooms", {
      target: system.target,
      room: "channel",
      members: channel,
      mode: "single",
      writers: 1,
      window: 1,
      warm: 0,
      sample: 0,
      samples: Math.max(5, runs),
    } satisfies RoomWork);
  const loads = async (system: System) =>
    await load<LoadSample[]>("rooms", {
      target: system.target,
      room: "group",
      members: group,
      mode: "load",
      writers: 4,
      window: 16,
      warm: 1,
      sample: quick ? 1 : 2,
      samples: 1,
    } satisfies RoomWork);

  const beep = await start(`${dir}/fanout`);
  const raw = await rawRooms(1);
  const socketio = peers ? await socketIo(`${dir}/socketio.sqlite`) : undefined;
  const one: Record<"beep" | "raw", SingleSample[]> = {
    beep: await singles(beep),
    raw: await singles(raw),
  };
  const many: Record<"beep" | "raw", LoadSample[]> = { beep: [], raw: [] };
  const peer: LoadSample[] = [];
  // in turn, so that what others take from the machine falls on all of them
  for (let run = 0; run < runs; run++) {
    many.beep.push(...(await loads(beep)));
    many.raw.push(...(await loads(raw)));
    if (socketio) peer.push(...(await loads({ ...socketio, target: { ...socketio.target, room: true } })));
  }
  await Promise.all([beep.stop(), raw.stop(), socketio?.stop()]);
  const last = (s: SingleSample) => s.last;
  const rate = (s: LoadSample) => s.delivered / s.seconds;
  const people = channel.toLocaleString("en");
  const rows: Row[] = [
    {
      what: `Beep: one message to ${people} members of a channel, last one has it`,
      figure: figure(one.beep.map(last), " ms"),
    },
    { what: "limit: raw binary, one publish to as many", figure: figure(one.raw.map(last), " ms") },
    {
      ...ratio("Beep over raw", median(one.beep.map(last)), median(one.raw.map(last)), undefined, 1.5),
      gap: `${GAP}; the commit itself`,
    },
    {
      what: `Beep: room of ${group.toLocaleString("en")} under load, 16 messages in flight`,
      figure: figure(many.beep.map(rate), " deliveries/s"),
      cpu: cpuBeside(many.beep),
    },
    {
      what: "limit: raw binary, topic of as many",
      figure: figure(many.raw.map(rate), " deliveries/s"),
      cpu: cpuBeside(many.raw),
    },
    { ...ratio("Beep over raw", median(many.beep.map(rate)), median(many.raw.map(rate)), 0.9), gap: GAP },
    socketio
      ? {
          what: `peer: Socket.IO + SQLite, room of ${group.toLocaleString("en")} under load`,
          figure: figure(peer.map(rate), " deliveries/s"),
          cpu: cpuBeside(peer),
        }
      : { what: "peer: Socket.IO", figure: "not measured in this run (another day: 46,000–55,000 deliveries/s)" },
    ...(socketio
      ? [{ ...ratio("Beep over Socket.IO", median(many.beep.map(rate)), median(peer.map(rate)), 15), gap: GAP }]
      : []),
    { what: "peer: ejabberd", figure: "not measured in this run (another day: 15,000–18,000 deliveries/s)" },
  ];
  return {
    name: "fanout",
    title: "one message to many",
    method:
      "Single messages 200 ms apart; then four writers in one group, deliveries counted at all other members, every one of which must arrive.",
    rows,
    samples: { one, many, peer },
  };
};
