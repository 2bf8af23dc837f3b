import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { accepts, BODY, end, endLater, freePort, run, type System, until } from "../system.ts";
import { DEBIAN, libraries } from "./debian.ts";

/** Prosody with its archive (mod_mam) in its own files, passwords in the clear, no TLS, loopback only. */
export async function prosody(users: number): Promise<System> {
  const folder = mkdtempSync("/tmp/beep-bench-prosody-");
  const port = freePort();
  mkdirSync(`${folder}/data/localhost/accounts`, { recursive: true });
  for (let i = 0; i < users; i++) {
    writeFileSync(`${folder}/data/localhost/accounts/u${i}.dat`, `return { ["password"] = "bench" };\n`);
  }
  writeFileSync(`${folder}/prosody.cfg.lua`, config(folder, port));
  const source = `${DEBIAN}/usr/lib/prosody`;
  const script = readFileSync(`${DEBIAN}/usr/bin/prosody`, "utf8")
    .replace("CFG_SOURCEDIR='/usr/lib/prosody'", `CFG_SOURCEDIR='${source}'`)
    .replace("CFG_PLUGINDIR='/usr/lib/prosody/modules/'", `CFG_PLUGINDIR='${source}/modules/'`)
    .replace("CFG_DATADIR='/var/lib/prosody'", `CFG_DATADIR='${folder}/data'`);
  writeFileSync(`${folder}/prosody`, script);
  const share = `${DEBIAN}/usr/share/lua/5.4`;
  const child = Bun.spawn(
    [`${DEBIAN}/usr/bin/lua5.4`, `${folder}/prosody`, "--config", `${folder}/prosody.cfg.lua`, "-F"],
    {
      cwd: folder,
      env: {
        ...process.env,
        ...libraries,
        LUA_PATH: `${share}/?.lua;${share}/?/init.lua;;`,
        LUA_CPATH: `${DEBIAN}/usr/lib/x86_64-linux-gnu/lua/5.4/?.so;;`,
      },
      stdout: Bun.file(`${folder}/out.log`),
      stderr: Bun.file(`${folder}/err.log`),
    },
  );
  const stop = async () => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  endLater(stop);
  await until("Prosody", 30, () => accepts(port));
  return {
    name: "Prosody, archive in files",
    target: { dialect: "xmpp", host: "127.0.0.1", port, pids: [child.pid], body: BODY },
    // each message is in its sender's and in its recipient's archive
    kept: async () =>
      Number(await run(["sh", "-c", `cat ${folder}/data/localhost/archive/*.list | grep -c '^item('`])) / 2,
    stop,
  };
}

const config = (folder: string, port: number) => `
run_as_root = true
pidfile = "${folder}/prosody.pid"
data_path = "${folder}/data"
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
s2s_ports = { }
modules_enabled = { "roster"; "saslauth"; "disco"; "mam"; }
modules_disabled = { "s2s"; "tls"; "offline"; }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
storage = "internal"
default_archive_policy = true
log = { { levels = { min = "warn" }; to = "console" } }
VirtualHost "localhost"
`;
