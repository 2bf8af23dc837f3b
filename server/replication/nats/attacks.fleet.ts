import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { listen, refused, rogueServer, state } from "./attackers.ts";
import type { NatsConfig } from "./config.ts";
import { connectNats, type NatsReplication } from "./nats.ts";
import { ServersUnderTest } from "./servers-under-test.ts";
import { until } from "../../testing/until.ts";

/**
 * What one province may do to another with the credentials it rightly holds. `is` is attacked: first by honest
 * servers' users, then by a `pb` whose server runs whatever configuration it likes.
 */
const PROVINCES = ["is", "pb", "sd"];
let servers: ServersUnderTest;
const nodes = new Map<string, NatsReplication>();
const got = new Map<string, string[]>();
const open: NatsConnection[] = [];

beforeAll(async () => {
  servers = await ServersUnderTest.start(PROVINCES);
  for (const province of PROVINCES) {
    const node = connectNats({ province, config: configOf(province), log: () => {} });
    nodes.set(province, node);
    for (const from of PROVINCES.filter((other) => other !== province)) {
      const frames: string[] = [];
      got.set(`${from} ${province}`, frames);
      node.changeLog.subscribe(from, { life: 0, seq: 0 }, async ({ bytes }) => {
        frames.push(Buffer.from(bytes).toString());
      });
    }
    await node.start();
  }
  await tell("first");
  await until(() => arrived("pb", "pb first") && arrived("sd", "sd first"), "the first frames");
});

afterAll(async () => {
  for (const nc of open) await nc.close();
  await Promise.all([...nodes.values()].map((node) => node.stop()));
  await servers.stop();
});

describe("an origin whose server gives its readers' links every right, and uses it against them", () => {
  let honest = "";
  beforeAll(async () => {
    await servers.tamper("is", (configuration) => {
      honest = configuration;
      return configuration.replace(/permissions: \{.*?\} \} \}/gs, 'permissions: { publish: ">", subscribe: ">" } }');
    });
    await tell("after tampering");
    await until(() => arrived("pb", "pb after tampering"), "a frame past the tampered server");
  });
  afterAll(() => servers.tamper("is", () => honest));

  test("neither reads, empties nor removes their copy of its log, and hears nothing of it", async () => {
    const reader = await login("pb", configOf("pb").from.is);
    const before = await state(reader, "IN_is"); // control: the owner of the copy may ask
    expect(before.messages).toBe(2);
    const origin = await login("is", configOf("is").own);
    const heard = listen(origin, "in.>", "_INBOX.>");
    for (const prefix of ["$JS.pb.API", "$JS.API"]) {
      for (const call of ["STREAM.INFO", "STREAM.PURGE", "STREAM.DELETE", "STREAM.MSG.GET", "DIRECT.GET"]) {
        await refused(origin, `${prefix}.${call}.IN_is`, call.includes("GET") ? '{"seq":1}' : "");
      }
    }
    expect(await state(reader, "IN_is")).toEqual(before);
    await tell("second");
    await until(() => arrived("pb", "pb second"), "a frame at pb");
    expect((await state(reader, "IN_is")).messages).toBe(3);
    expect(heard.subjects.filter((subject) => subject.startsWith("in."))).toEqual([]);
  });

  test("cannot speak for a third province", async () => {
    const heard: string[] = [];
    nodes.get("pb")?.peers.listen((from, bytes) => heard.push(`${from} ${Buffer.from(bytes)}`));
    const origin = await login("is", configOf("is").own);
    const forge = () => {
      origin.publish("live.sd.pb", "forged");
      origin.publish("deliver.sd.pb", "forged");
      origin.publish("live.is.pb", "honest");
    };
    await until(() => {
      forge();
      return heard.length > 2;
    }, "the control: its own words");
    expect(new Set(heard)).toEqual(new Set(["is honest"]));
    expect(got.get("sd pb")).toEqual([]);
  });
});

test("a link's credentials open no client connection", async () => {
  const pass = servers.secrets["pb@is"];
  await expect(connect({ servers: configOf("is").server, user: "pb", pass })).rejects.toThrow(/[Aa]uthorization/);
  const control = await login("is", configOf("is").own);
  expect((await state(control, "LOG_is")).messages).toBeGreaterThan(0);
});

describe.each(["pb", "is"])("a pb whose server obeys nobody and calls its domain %s", (domain) => {
  let evil: NatsConnection;
  let rogue: ReturnType<typeof Bun.spawn>;
  let own: string[];
  let bodies: string[];

  beforeAll(async () => {
    await nodes.get("pb")?.stop();
    await servers.kill("pb");
    [rogue, evil] = await rogueServer(servers, domain);
    const mine = listen(evil, "deliver.is.pb", "live.is.pb");
    own = mine.subjects;
    bodies = listen(
      evil,
      "deliver.is.sd",
      "live.is.sd",
      "log.>",
      "live.*.sd",
      "deliver.>",
      "$JS.>",
      "_INBOX.>",
      "in.>",
    ).bodies;
  });
  afterAll(async () => {
    await evil.close();
    rogue.kill("SIGKILL");
    await rogue.exited;
  });

  test("may take its own copy and hear what it is told", async () => {
    // under the victim's own domain name its requests never leave home, so there the frames alone are the control
    if (domain !== "is") {
      await until(async () => {
        const reply = `$JSC.R.${crypto.randomUUID()}`;
        const answer = await evil
          .request("$JS.is.API.CONSUMER.RESET.LOG_is.to_pb", '{"seq":1}', { timeout: 500, noMux: true, reply })
          .catch(() => undefined);
        return answer !== undefined && !answer.string().includes('"error"');
      }, "an answer to its own reset");
    }
    await until(() => {
      nodes.get("is")?.peers.send("pb", Buffer.from("to pb"));
      return own.includes("live.is.pb") && own.some((subject) => subject !== "live.is.pb");
    }, "its own frames and words");
  });

  test("forges, deletes, reads, resets and hears nothing of others", async () => {
    const victim = await login("is", configOf("is").own);
    const before = await state(victim, "LOG_is");
    for (const prefix of ["$JS.is.API", "$JS.API"]) {
      for (const [call, body] of [
        ["STREAM.DELETE.LOG_is", ""],
        ["STREAM.PURGE.LOG_is", ""],
        ["STREAM.UPDATE.LOG_is", '{"name":"LOG_is","subjects":["log.is.>","x"]}'],
        ["STREAM.MSG.DELETE.LOG_is", '{"seq":1}'],
        ["STREAM.MSG.GET.LOG_is", '{"seq":1}'],
        ["STREAM.INFO.LOG_is", ""],
        ["STREAM.NAMES", ""],
        ["DIRECT.GET.LOG_is", '{"seq":1}'],
        ["CONSUMER.CREATE.LOG_is", '{"stream_name":"LOG_is","config":{"deliver_subject":"deliver.is.pb"}}'],
        ["CONSUMER.CREATE.LOG_is.all", '{"stream_name":"LOG_is","config":{"name":"all","ack_policy":"none"}}'],
        ["CONSUMER.DELETE.LOG_is.to_sd", ""],
        ["CONSUMER.RESET.LOG_is.to_sd", '{"seq":1}'],
        ["CONSUMER.INFO.LOG_is.to_sd", ""],
      ] as const) {
        await refused(evil, `${prefix}.${call}`, body);
      }
    }
    for (const subject of ["log.is.pb.0.0", "log.is.sd.0.0", "log.pb.sd.0.0", "live.is.sd", "deliver.is.sd"]) {
      evil.publish(subject, "forged");
    }
    await evil.flush();
    await tell(`secret ${domain}`);
    nodes.get("is")?.peers.send("sd", Buffer.from("to sd"));
    await until(() => arrived("sd", `sd secret ${domain}`), "the frame for sd at sd");
    await Bun.sleep(300);
    const after = await state(victim, "LOG_is");
    expect(after).toEqual({ ...before, messages: before.messages + 2, last: before.last + 2 });
    // what it published itself it hears again at home; from `is` came only what is its own
    expect(bodies.filter((body) => /sd secret|to sd/.test(body))).toEqual([]);
    expect(bodies.some((body) => body === `pb secret ${domain}`)).toBe(true);
    expect(got.get("is sd")?.filter((text) => text === "forged")).toEqual([]);
    expect(got.get("is sd")).toEqual([...new Set(got.get("is sd"))]);
  });
});

const configOf = (province: string) => servers.nodes[province] as NatsConfig;
let position = 0;

async function login(province: string, user: { user: string; pass: string } | undefined): Promise<NatsConnection> {
  const nc = await connect({ servers: configOf(province).server, ...user });
  open.push(nc);
  return nc;
}

/** `is` writes one frame for pb and one for sd. */
async function tell(what: string): Promise<void> {
  position++;
  await nodes
    .get("is")
    ?.changeLog.append(
      ["pb", "sd"].map((dest) => ({ dest, shard: 0, file: 0, last: position, bytes: Buffer.from(`${dest} ${what}`) })),
    );
}
const arrived = (province: string, text: string) => got.get(`is ${province}`)?.includes(text) === true;
