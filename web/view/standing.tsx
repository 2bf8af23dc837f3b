import type { Province } from "#protocol/ids";
import { useModel } from "./app-context.ts";
import { provinceName } from "./who.ts";

/** Post and province of somebody, in one line; whoever holds no post stands by the province alone. */
export function Standing({ post, province }: { post: string; province: Province }) {
  const app = useModel();
  return (
    <>
      {post && <bdi>{post}</bdi>}
      {post && " · "}
      {provinceName(app, province)}
    </>
  );
}
