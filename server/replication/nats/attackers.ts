import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { freePort, natsServerBinary, type ServersUnderTest } from "./servers-under-test.ts";

/** What is heard, as it comes; a refused subscription hears nothing. */
export function listen(nc: NatsConnection, ...subjects: string[]) {
  const heard = { subjects: [] as string[], bodies: [] as string[] };
  for (const subject of subjects) {
    nc.subscribe(subject, {
      callback: (error, message) => {
        if (error) return;
        heard.subjects.push(message.subject);
        heard.bodies.push(Buffer.from(message.data).toString());
      },
    });
  }
  return heard;
}

/** No answer, or a server of its own that says no. */
export async function refused(nc: NatsConnection, subject: string, body: string): Promise<void> {
  // the one prefix on which a link lets answers pass: an act whose answer is lost would pass for refused
  const reply = `$JSC.R.${crypto.randomUUID()}`;
  const answer = await nc.request(subject, body, { timeout: 250, noMux: true, reply }).then(
    (message) => (message.headers?.hasError ? "" : message.string()),
    () => "",
  );
  if (answer && !answer.includes('"error"') && !answer.includes('"streams":null')) {
    throw new Error(`${subject} was answered: ${answer.slice(0, 200)}`);
  }
}

/** All that an attack could change in a stream, the time of its making included. */
export async function state(nc: NatsConnection, stream: string) {
  const info = (await nc.request(`$JS.API.STREAM.INFO.${stream}`)).json() as {
    config: unknown;
    created: string;
    state: { messages: number; first_seq: number; last_seq: number; consumer_count: number };
  };
  const { messages, first_seq: first, last_seq: last, consumer_count: consumers } = info.state;
  return { config: info.config, created: info.created, messages, first, last, consumers };
}

/** A server on which its owner may do anything, joined to `is` with the credentials of `pb`. */
export async function rogueServer(
  servers: ServersUnderTest,
  domain: string,
): Promise<[ReturnType<typeof Bun.spawn>, NatsConnection]> {
  const port = await freePort();
  const folder = join(servers.folder, `rogue-${domain}`);
  mkdirSync(folder);
  writeFileSync(
    join(folder, "rogue.conf"),
    `listen: "127.0.0.1:${port}"
jetstream { domain: ${domain}, store_dir: "${folder}" }
accounts { EVIL { jetstream: enabled, users: [ { user: evil, password: evil } ] } }
leafnodes { reconnect: "1s", remotes: [
  { url: "nats-leaf://pb:${servers.secrets["pb@is"]}@${servers.leafAddress("is")}", account: EVIL } ] }
`,
  );
  const log = Bun.file(join(folder, "log"));
  const rogue = Bun.spawn([natsServerBinary(), "-c", join(folder, "rogue.conf")], { stdout: log, stderr: log });
  for (let tries = 0; ; tries++) {
    try {
      return [rogue, await connect({ servers: `127.0.0.1:${port}`, user: "evil", pass: "evil" })];
    } catch (error) {
      if (tries === 50) throw error;
      await Bun.sleep(50);
    }
  }
}
