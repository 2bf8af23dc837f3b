import { place } from "../place.ts";
import { AssignCharge } from "./assign.tsx";
import { PersonForm } from "./form.tsx";
import { PeopleList } from "./list.tsx";
import { OnePerson } from "./person.tsx";
import { Handover } from "./handover.tsx";

/** `#/admin/people/…`: the list, a new person, one person, and what is done to that one. */
export function People() {
  const [id, what, which] = place.value.rest;
  if (!id) return <PeopleList />;
  if (id === "new") return <PersonForm />;
  if (what === "edit") return <PersonForm id={id} />;
  if (what === "charge") return <AssignCharge id={id} />;
  if (what === "handover" && which) return <Handover id={id} charge={which} />;
  return <OnePerson id={id} />;
}
