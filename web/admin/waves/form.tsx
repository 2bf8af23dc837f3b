import { useState } from "preact/hooks";
import type { Person, Wave } from "#protocol/directory";
import { mintId } from "#protocol/ids";
import { useModel } from "../../view/app-context.ts";
import { Choice, Form, Moment, Pair, Text, momentIn, wall } from "../fields.tsx";
import { adminWords } from "../furnish.ts";
import { leave, visit } from "../place.ts";
import { Screen } from "../screen.tsx";
import { useOrder } from "../use-order.ts";
import { NamedPeople, NamedUnits } from "./admitted.tsx";
import { steadyNow } from "../../platform/clock.ts";

export const GB = 1_000_000_000;

const number = (text: string): number | undefined => {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() === "" || !Number.isFinite(value) || value < 0 ? undefined : value;
};

/** Adds a wave or changes one. @param last place of the last wave there is */
export function WaveForm({ wave, last }: { wave: Wave | undefined; last: number }) {
  const app = useModel();
  const w = adminWords.value;
  const { busy, trouble, setTrouble, order } = useOrder();
  const [name, setName] = useState(wave?.name ?? { en: "", ur: "" });
  const [at, setAt] = useState(String(wave?.place ?? last + 1));
  const [kind, setKind] = useState<Wave["who"]["kind"]>(wave?.who.kind ?? "units");
  const [units, setUnits] = useState<string[]>(wave?.who.kind === "units" ? wave.who.units : []);
  const [people, setPeople] = useState<Person["id"][]>(wave?.who.kind === "named" ? wave.who.people : []);
  const [quota, setQuota] = useState(wave?.quota === null || !wave ? "" : String(wave.quota));
  const [opens, setOpens] = useState(() => wall(wave?.opens ?? steadyNow() + app.skew));
  const [closes, setCloses] = useState(() => wall(wave?.closes ?? null));
  const [errors, setErrors] = useState(wave?.gates.errors === undefined ? "" : String(wave.gates.errors * 100));
  const [signIn, setSignIn] = useState(wave?.gates.signInMs === undefined ? "" : String(wave.gates.signInMs / 1000));
  const [disk, setDisk] = useState(wave?.gates.diskFree === undefined ? "" : String(wave.gates.diskFree / GB));
  const who = (): Wave["who"] => (kind === "named" ? { kind, people } : kind === "units" ? { kind, units } : { kind });
  const save = async () => {
    const [begin, end] = [momentIn(opens), momentIn(closes)];
    if (!name.en.trim() || !name.ur.trim()) return setTrouble(w.needBothNames);
    if (begin === null || Number.isNaN(begin) || Number.isNaN(end ?? 0)) return setTrouble(w.badMoment);
    if (end !== null && end <= begin) return setTrouble(w.endsBeforeItBegins);
    if ((kind === "units" && units.length === 0) || (kind === "named" && people.length === 0))
      return setTrouble(w.needAdmitted);
    const [part, seconds, free] = [number(errors), number(signIn), number(disk)];
    const next: Wave = {
      id: wave?.id ?? mintId(Date.now()),
      province: wave?.province ?? app.me.value?.province ?? "",
      place: Math.round(number(at) ?? last + 1),
      name,
      who: who(),
      quota: number(quota) === undefined ? null : Math.round(number(quota) as number),
      opens: begin,
      closes: end,
      gates: {
        ...(part !== undefined && { errors: Math.min(1, part / 100) }),
        ...(seconds !== undefined && { signInMs: Math.round(seconds * 1000) }),
        ...(free !== undefined && { diskFree: Math.round(free * GB) }),
      },
      hand: wave?.hand ?? "auto",
    };
    if (await order({ do: "put", entries: [{ wave: next }] })) visit("waves");
  };
  return (
    <Screen title={wave ? w.editWave : w.addWave}>
      <Form trouble={trouble} busy={busy} submit={w.save} onSubmit={() => void save()} onCancel={leave}>
        <Pair label={w.name} value={name} onChange={setName} />
        <Choice
          label={w.lets}
          value={kind}
          choices={(["named", "units", "employees", "public"] as const).map((each) => [each, w.waveWho[each]] as const)}
          onChange={setKind}
        />
        {kind === "units" && <NamedUnits chosen={units} onChange={setUnits} />}
        {kind === "named" && <NamedPeople chosen={people} onChange={setPeople} />}
        <div class="admin-pair">
          <Text label={w.placeInLine} latin keys="numeric" value={at} onChange={setAt} hint={w.placeHint} />
          <Text label={w.quota} latin keys="numeric" value={quota} onChange={setQuota} hint={w.quotaHint} />
        </div>
        <Moment label={w.opens} value={opens} onChange={setOpens} />
        <Moment label={w.closes} value={closes} onChange={setCloses} hint={w.untilFurther} />
        <fieldset class="admin-gates">
          <legend class="label">{w.gates}</legend>
          <p class="hint">{w.gatesHint}</p>
          <Text label={w.gateErrorsField} latin value={errors} onChange={setErrors} />
          <Text label={w.gateSignInField} latin value={signIn} onChange={setSignIn} />
          <Text label={w.gateDiskField} latin value={disk} onChange={setDisk} />
        </fieldset>
      </Form>
    </Screen>
  );
}
