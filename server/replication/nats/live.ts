import type { Province } from "#protocol/ids";
import type { PeerChannel } from "../../domain/ports.ts";
import type { Link } from "./link.ts";
import { liveSubject } from "./subjects.ts";

type Listener = (from: Province, bytes: Uint8Array) => void;

/** `live.<from>.<to>` on core NATS: nothing is kept, and what is sent while a link is down is gone. */
export class LiveChannel implements PeerChannel {
  private readonly listeners: Listener[] = [];

  constructor(
    private readonly own: Link,
    private readonly province: Province,
  ) {}

  send(to: Province, bytes: Uint8Array): void {
    this.own.live?.publish(liveSubject(this.province, to), bytes);
  }

  listen(handler: Listener): void {
    this.listeners.push(handler);
  }

  /** Hears a province on the link of its account. Before the link starts. */
  hear(from: Province, link: Link): void {
    link.onOpen((nc) =>
      nc.subscribe(liveSubject(from, this.province), {
        callback: (error, message) => {
          if (!error) for (const listener of this.listeners) listener(from, message.data);
        },
      }),
    );
  }
}
