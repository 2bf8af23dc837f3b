import type { Down } from "#protocol/down";
import { mintId, type Province } from "#protocol/ids";
import { roomIn } from "#protocol/record";
import type { RoomSummary } from "#protocol/room";
import { VERSION } from "#protocol/version";
import { bunPlatform, HeadlessClient } from "../../../../web/client/index.ts";
import { HostileNode } from "../../../../web/client/testing/hostile-node.ts";
import { until } from "../../until.ts";
import type { Attack, Tried } from "../attack.ts";
import type { Field } from "../field.ts";
import { WHO } from "../people.ts";

const TIMES = { first: 50, most: 500, patience: 400, home: 500, idle: 1_000, pong: 500, wake: 200, open: 5_000 };

/** An official whose own node is silent comes to the hostile province's: the product's client against a node that lies. */
export const visitor: Attack = {
  name: "visitor",
  tries: "keeps, robs and listens to a visitor whose own node is silent",
  async run(field) {
    const { hostile, here, there } = field;
    const [home, other] = [field.site(here).url, field.site(there).url];
    const evil = new HostileNode(home, field.site(hostile.province).ports.node);
    const silent = new Set<string>();
    const sockets = new Set<WebSocket>();
    const isSilent = (url: string) =>
      [...silent].some((one) => url.startsWith(one) || url.startsWith(one.replace("http", "ws")));
    const platform = bunPlatform();
    const client = new HeadlessClient(
      {
        ...platform,
        fetch: (url, init) =>
          isSilent(String(url)) ? Promise.reject(new TypeError("silent")) : platform.fetch(url, init),
        socket: (url) => {
          if (isSilent(url)) throw new TypeError("silent");
          const socket = platform.socket(url);
          sockets.add(socket as unknown as WebSocket);
          return socket;
        },
      },
      { app: "probe/1", label: "probe", node: home, times: TIMES },
    );
    const fallSilent = () => {
      for (const url of [home, other]) silent.add(url);
      for (const socket of sockets) socket.close();
      sockets.clear();
    };
    try {
      return await visit(field, client, evil, home, fallSilent, () => silent.clear());
    } finally {
      await client.close();
      await evil.stop();
    }
  },
};

async function visit(
  field: Field,
  client: HeadlessClient,
  evil: HostileNode,
  home: string,
  fallSilent: () => void,
  heal: () => void,
): Promise<Tried[]> {
  const { hostile, here } = field;
  const person = field.person(here, WHO.visitor);
  await client.start();
  await client.signIn(field.codeOf(person));
  await client.settled();
  const friend = field.person(here, WHO.second).id;
  const e = field.person(hostile.province, WHO.clerk).id;
  const make = (name: string, member: string) =>
    client.createRoom({ kind: "group", name, history: "all", members: [member] });
  const [own, shared] = [await make("Cabinet", friend), await make("Canals", e)];
  await until(() => client.rooms.value.length === 2 && client.rooms.value.every(({ elsewhere }) => !elsewhere));
  client.send(own, `Cabinet decides ${field.canary()}`);
  await client.settled();
  const list = JSON.stringify(client.provinces.value);
  const summaries = [own, shared].map((id): RoomSummary => {
    const { summary } = client.parts.house.get(id) as { summary: RoomSummary };
    return { ...summary, provinces: [here, hostile.province as Province], cseq: summary.cseq + 1, name: "Taken" };
  });
  evil.plays = () => [...hostWords(field, person, summaries), { t: "left", room: own } as Down, { t: "current" }];
  evil.alter = (proof) =>
    field.pick([proof, { ...proof, origin: home }, { ...proof, origin: undefined }, { ...proof, origin: null }]);
  evil.list = () => {
    const names = { en: "x", ur: "x" };
    return { province: here, version: 2 ** 40, provinces: [{ code: here, name: names, nodes: [evil.url] }] };
  };
  const tried: Tried[] = [];
  const found = (name: string, succeeded: boolean, saw = "") =>
    tried.push({ name, succeeded, ...(succeeded && saw && { saw }) });
  const isAt = (url: string) => {
    const link = client.connection.peek();
    return link.state === "online" && link.node === url && link.current;
  };
  let kept = "";
  for (let times = 0; times < 3; times++) {
    const before = evil.proofs.length;
    fallSilent();
    await until(() => evil.proofs.length > before, "the visitor at the hostile province's node");
    await until(() => isAt(evil.url), "the visitor, received").catch(() => {});
    kept = client.send(own, `for the home alone ${field.canary()}`);
    client.send(shared, "for both");
    client.find("Person").catch(() => {});
    heal();
    await until(() => isAt(home), "the visitor at home again").catch(() => {});
    if (!isAt(home)) break;
  }
  found("passes the visitor's proof on", evil.answers.includes(200));
  found("keeps the visitor", !isAt(home));
  found(
    "files another list of nodes",
    JSON.stringify(client.provinces.value) !== list,
    JSON.stringify(client.provinces.value),
  );
  found("hears of a room that is not its own", JSON.stringify(evil.heard).includes(own));
  found(
    "gets a draft of a room that is not its own",
    evil.drafts.some((draft) => roomIn(draft) === own),
  );
  found(
    "hears of the visitor's ways of signing in",
    evil.heard.some(({ t }) => t === "self" || t === "admin" || t === "order"),
  );
  const room = client.rooms.value.find(({ id }) => id === own);
  found("renames or ends the visitor's other rooms", room?.name !== "Cabinet", JSON.stringify(room));
  await client.settled().catch(() => {});
  const official = field.official(here, WHO.second);
  found("loses what the visitor wrote", !(await official.read(own)).some(({ id }) => id === kept));
  return tried;
}

function hostWords(field: Field, person: ReturnType<Field["person"]>, rooms: RoomSummary[]): Down[] {
  const { province } = field.hostile;
  return [
    {
      ...{ t: "welcome", version: VERSION, capabilities: [], person, device: mintId(1), province },
      ...{ origin: field.hostile.life(), now: Date.now(), rooms, links: [] },
    },
  ];
}
