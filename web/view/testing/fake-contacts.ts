import { signal } from "@preact/signals";
import type { ContactAct, ContactRequest } from "#protocol/contact";
import { encodeClear } from "#protocol/clear";
import { encodeRecord, KIND, SCHEME, stampRecord } from "#protocol/record";
import type { SelfAnswer } from "#protocol/self";
import { stampOf } from "#protocol/stamp";
import type { RoomId } from "#protocol/ids";
import { idOf } from "./people.ts";

const now = Date.now();
const asked = new URLSearchParams(location.search).has("contacts");

const FIRST: ContactRequest[] = [
  {
    ...{ room: idOf(91, 2), kind: "direct", name: "", by: idOf(7), size: 2, cseq: 1 },
    at: now - 4 * 60_000,
  },
  {
    ...{ room: idOf(92, 2), kind: "group", name: "Urgent: read at once · فوری", by: idOf(9), size: 140, cseq: 3 },
    at: now - 26 * 3_600_000,
  },
  { ...{ room: idOf(93, 2), kind: "group", name: "Delegation", by: null, size: 6, cseq: 1 }, at: now - 50 * 3_600_000 },
];
const WORDS = [
  "Assalam-o-Alaikum, I am with the audit team. Please look at https://example.org/claim?id=4711 and sign today.",
  "السلام علیکم، کیا آپ آج شام تک جواب دے سکتے ہیں؟",
  "Averyveryverylongwordwithoutanyspacethatwouldpushthescreenwideifnothingbrokeitsomewhereinthemiddleofitall",
];

/** Requests as a node would tell of them, and what becomes of them. */
let requests = asked ? FIRST : [];
let blocked = asked ? [{ person: idOf(11), at: now - 9 * 24 * 3_600_000 }] : [];
const waiting = signal(requests.length);

export const fakeContacts = {
  waiting,
  answer(act: ContactAct): SelfAnswer {
    const without = (is: (request: ContactRequest) => boolean) => {
      requests = requests.filter((request) => !is(request));
      waiting.value = requests.length;
    };
    switch (act.do) {
      case "contacts":
        return { answer: "contacts", contacts: requests, more: false };
      case "blocked":
        return { answer: "blocked", people: blocked };
      case "accept":
      case "decline":
        without(({ room }) => room === act.room);
        return { answer: "done" };
      case "block":
        blocked = [{ person: act.person, at: Date.now() }, ...blocked];
        without(({ by }) => by === act.person);
        return { answer: "done" };
      case "unblock":
        blocked = blocked.filter(({ person }) => person !== act.person);
        return { answer: "done" };
      case "report":
        return { answer: "done" };
    }
  },
  page(room: RoomId) {
    const by = FIRST.find((request) => request.room === room)?.by ?? idOf(5);
    const records = WORDS.map((text, i) => {
      const head = { id: idOf(i, 8), room, sender: by, device: idOf(1, 9), kind: KIND.message, scheme: SCHEME.clear };
      const record = encodeRecord({ ...head, body: encodeClear({ text }) });
      stampRecord(record, "is-aaaaaaaaa", i + 1, stampOf(now - (4 - i) * 60_000));
      return record;
    });
    return { head: { ref: 1, room, more: false, gap: false }, records: records.reverse() };
  },
};
