import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { AppModel } from "../model/contract.ts";

export const ModelContext = createContext<AppModel | null>(null);

export function useModel(): AppModel {
  const model = useContext(ModelContext);
  if (!model) throw new Error("The view needs a model");
  return model;
}
