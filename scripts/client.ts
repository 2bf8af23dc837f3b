import { main } from "../web/client/command.ts";

process.exit(await main(process.argv.slice(2)));
