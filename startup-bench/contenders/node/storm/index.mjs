// A function with a database: an invocation reads a row and writes one, whose number is the path. The
// answer's body is how many microseconds the work took.

import { readFileSync } from "node:fs";
import serverlessMysql from "serverless-mysql";
import ServerlessPostgres from "serverless-postgres";
import { run } from "./runtime.mjs";

const url = new URL(process.env.DATABASE_URL);
const authority = url.searchParams.get("ssl-ca") ?? url.searchParams.get("sslrootcert");
const config = {
  host: url.hostname,
  port: Number(url.port),
  user: url.username,
  password: url.password,
  database: url.pathname.slice(1),
  ssl: { ca: readFileSync(authority, "utf8") },
};

const clients = { "serverless-mysql": mysql, "serverless-postgres": postgres };
const work = clients[process.env.STORM_CLIENT]();

run(async (event) => {
  const start = process.hrtime.bigint();
  const number = Number(event.rawPath.slice(1));
  try {
    await work(number);
    return { statusCode: 200, body: String((process.hrtime.bigint() - start) / 1000n) };
  } catch (error) {
    return { statusCode: 500, body: error.message };
  }
});

/** As its README has it: `end` after the work. */
function mysql() {
  const client = serverlessMysql({ config });
  return async (number) => {
    await client.query("SELECT text FROM texts WHERE id = ?", [1]);
    await client.query("INSERT INTO written (number) VALUES (?)", [number]);
    await client.end();
  };
}

/** As its README has it: `connect` before the work, `clean` after it. */
function postgres() {
  const client = new ServerlessPostgres({ ...config, application_name: "storm" });
  return async (number) => {
    await client.connect();
    await client.query("SELECT text FROM texts WHERE id = $1", [1]);
    await client.query("INSERT INTO written (number) VALUES ($1)", [number]);
    await client.clean();
  };
}
