// A Runtime API client: asks for an event, hands it to the handler, posts its answer. AWS's own compiles
// C++ for minutes, and what is looked at here is the database.

import http from "node:http";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const root = "/2018-06-01/runtime/invocation/";

/** Serves invocations, one after another, until the sandbox ends. */
export async function run(handler) {
  for (;;) {
    const { headers, body } = await request("GET", "next");
    const id = headers["lambda-runtime-aws-request-id"];
    try {
      const answer = await handler(JSON.parse(body));
      await request("POST", `${id}/response`, JSON.stringify(answer));
    } catch (error) {
      const report = { errorType: error.name, errorMessage: error.message };
      await request("POST", `${id}/error`, JSON.stringify(report));
    }
  }
}

function request(method, path, body) {
  return new Promise((resolve, reject) => {
    const options = { agent, host, port, method, path: root + path };
    const call = http.request(options, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() });
      });
    });
    call.on("error", reject);
    call.end(body);
  });
}
