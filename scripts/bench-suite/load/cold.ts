import { upFrame } from "#protocol/frame";
import type { Head } from "#protocol/room";
import { accountsOf, openDevice } from "./beep.ts";
import { LoadSocket } from "./socket.ts";
import type { Target } from "./line.ts";

/** A new device pages through the last messages of a room, `ahead` requests on the way; or the limit does the like. */
export interface ColdWork {
  target: Target;
  room: string;
  messages: number;
  page: number;
  samples: number;
}

export interface ColdSample {
  /** milliseconds until all messages were there; until the first page was there */
  all: number;
  first: number;
  bytes: number;
}

async function beep({ target, room, messages, page }: ColdWork): Promise<ColdSample> {
  const { accounts } = await accountsOf(target.accounts as string);
  const id = accounts.rooms[room] as string;
  const who = accounts.people[0] as (typeof accounts.people)[number];
  const at = performance.now();
  const line = await openDevice(target, who, id);
  let first = line.paged > 0 ? performance.now() - at : 0;
  let bytes = 0;
  // The room has one origin, whose head the node has said: all pages can be asked for at once.
  const [origin, head] = Object.entries(line.welcome.rooms.find((one) => one.id === id)?.heads ?? {})[0] as [
    string,
    Head,
  ];
  let count = 0;
  const done = Promise.withResolvers<void>();
  line.onPage = (records) => {
    if (first === 0) first = performance.now() - at;
    for (const record of records) bytes += record.length;
    count += records.length;
    if (count >= messages) done.resolve();
  };
  for (let from = 0; from < messages; from += page)
    line.socket.send(
      upFrame({ t: "page", ref: from + 1, room: id, before: { [origin]: head.n + 1 - from }, limit: page }),
    );
  line.socket.flush();
  await done.promise;
  const all = performance.now() - at;
  line.current.promise.catch(() => {});
  line.end();
  if (count < messages) throw new Error(`${count} messages of ${messages}`);
  return { all, first, bytes };
}

async function bare({ target, messages }: ColdWork): Promise<ColdSample> {
  const at = performance.now();
  const done = Promise.withResolvers<void>();
  let first = 0;
  let bytes = 0;
  const socket = await LoadSocket.open(target.host, target.port, `/?messages=${messages}`, {
    frame: (payload) => {
      if (first === 0) first = performance.now() - at;
      if (payload.length === 1) done.resolve();
      else bytes += payload.length;
    },
  });
  await done.promise;
  const all = performance.now() - at;
  socket.end();
  return { all, first, bytes };
}

if (import.meta.main) {
  const work = JSON.parse(process.argv[2] as string) as ColdWork;
  const samples: ColdSample[] = [];
  for (let i = 0; i < work.samples; i++) samples.push(await (work.target.accounts ? beep(work) : bare(work)));
  console.log(JSON.stringify(samples));
  process.exit(0);
}
