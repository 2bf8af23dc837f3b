import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { accepts, BODY, end, endLater, freePort, run, type System, until } from "../system.ts";
import { DEBIAN, libraries, postgres } from "./debian.ts";

/** ejabberd with its archive (mod_mam, on for everybody) in a PostgreSQL of its own that fsyncs as it does by default. */
export async function ejabberd(users: number): Promise<System> {
  const folder = mkdtempSync("/tmp/beep-bench-ejabberd-");
  const port = freePort();
  const sqlPort = freePort();
  const database = await startPostgres(folder, sqlPort);
  const psql = (sql: string) =>
    run(
      [
        `${postgres()}/psql`,
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "-h",
        "127.0.0.1",
        "-p",
        `${sqlPort}`,
        "-U",
        "postgres",
        "postgres",
      ],
      { stdin: sql },
    );
  await psql(readFileSync(`${DEBIAN}/usr/share/ejabberd/sql/pg.sql`, "utf8"));
  await psql(
    `insert into users (username, password) select 'u' || i, 'bench' from generate_series(0, ${users - 1}) i;`,
  );
  writeFileSync(`${folder}/ejabberd.yml`, config(folder, port, sqlPort));
  const erlang = `${DEBIAN}/usr/lib/erlang`;
  const erts = readFileSync(`${erlang}/releases/start_erl.data`, "utf8").split(" ")[0];
  const child = Bun.spawn(
    [
      `${erlang}/erts-${erts}/bin/erlexec`,
      "-noinput",
      "+K",
      "true",
      "+P",
      "250000",
      "-smp",
      "auto",
      "-pa",
      ...new Bun.Glob("ejabberd-*/ebin").scanSync({
        cwd: `${DEBIAN}/usr/lib/x86_64-linux-gnu`,
        onlyFiles: false,
        absolute: true,
        followSymlinks: true,
      }),
      "-mnesia",
      "dir",
      `"${folder}/mnesia"`,
      "-s",
      "ejabberd",
    ],
    {
      cwd: folder,
      env: {
        ...process.env,
        ...libraries,
        ROOTDIR: erlang,
        BINDIR: `${erlang}/erts-${erts}/bin`,
        EMU: "beam",
        PROGNAME: "erl",
        HOME: folder,
        EJABBERD_CONFIG_PATH: `${folder}/ejabberd.yml`,
        EJABBERD_LOG_PATH: `${folder}/ejabberd.log`,
      },
      stdout: Bun.file(`${folder}/out.log`),
      stderr: Bun.file(`${folder}/err.log`),
    },
  );
  const stop = async () => {
    await end(child);
    await end(database, "SIGINT");
    rmSync(folder, { recursive: true, force: true });
  };
  endLater(stop);
  await until("ejabberd", 60, () => accepts(port));
  return {
    name: "ejabberd, archive in PostgreSQL",
    target: { dialect: "xmpp", host: "127.0.0.1", port, pids: [child.pid, database.pid], body: BODY },
    // each message is in its sender's and in its recipient's archive
    kept: async () => Number(await psql("\\t on\nselect count(*) / 2 from archive;")),
    stop,
  };
}

/** PostgreSQL refuses to run as root: there it runs as the user that its package made. */
async function startPostgres(folder: string, port: number) {
  const data = `${folder}/pg`;
  const as = process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
  if (as.length > 0) {
    const uid = Number(await run(["id", "-u", "postgres"]));
    chownSync(folder, uid, uid);
  }
  await run([...as, `${postgres()}/initdb`, "-D", data, "-A", "trust", "-U", "postgres", "--locale=C"], {
    cwd: folder,
  });
  const child = Bun.spawn(
    [...as, `${postgres()}/postgres`, "-D", data, "-h", "127.0.0.1", "-p", `${port}`, "-k", folder],
    { cwd: folder, stdout: "ignore", stderr: Bun.file(`${folder}/pg.log`) },
  );
  endLater(() => end(child, "SIGINT"));
  await until("PostgreSQL", 30, async () => {
    try {
      await run([
        `${postgres()}/psql`,
        "-h",
        "127.0.0.1",
        "-p",
        `${port}`,
        "-U",
        "postgres",
        "-c",
        "select 1",
        "postgres",
      ]);
      return true;
    } catch {
      return false;
    }
  });
  return child;
}

const config = (folder: string, port: number, sqlPort: number) =>
  `
hosts: [localhost]
loglevel: error
listen:
  - port: ${port}
    ip: 127.0.0.1
    module: ejabberd_c2s
    max_stanza_size: 262144
    shaper: none
    access: all
auth_method: sql
auth_password_format: plain
default_db: sql
sql_type: pgsql
sql_server: 127.0.0.1
sql_port: ${sqlPort}
sql_database: postgres
sql_username: postgres
sql_password: ""
sql_pool_size: 10
modules:
  mod_roster: {}
  mod_disco: {}
  mod_mam:
    db_type: sql
    default: always
    assume_mam_usage: true
`.replace("$folder", folder);
