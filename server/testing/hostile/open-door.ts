import { plugin } from "bun";

/**
 * Loaded into a node before its own code: from then on it believes every record from anybody. So a test sees that the probe
 * tells such a node from one that looks.
 */
plugin({
  name: "a node that believes everybody",
  setup(build) {
    build.onLoad({ filter: /server\/domain\/writers\.ts$/ }, async ({ path }) => {
      const text = await Bun.file(path).text();
      const checks = /(export function (?:isBelieved|everCarried)\([\s\S]*?\): boolean \{)/g;
      if (text.match(checks)?.length !== 2) throw new Error("The checks of who may write are not where they were.");
      return { loader: "ts", contents: text.replace(checks, "$1 return true;") };
    });
  },
});
