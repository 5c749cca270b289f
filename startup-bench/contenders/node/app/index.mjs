// The hello app, as any Express app is written, and its handler by serverless-express.

import serverlessExpress from "@codegenie/serverless-express";
import express from "express";

// What GET /img answers: 100 KB that no encoder can shorten, the same as of the other contenders.
const image = Buffer.alloc(102_400);
let state = 0x9e3779b9;
for (let at = 0; at < image.length; at++) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  image[at] = state & 0xff;
}

const app = express();
app.get("/hello", (request, response) => response.type("text/plain").send("Hello, world!"));
app.get("/users/:id", (request, response) => {
  response.json({ id: Number(request.params.id), x: request.query.x ?? null });
});
app.get("/img", (request, response) => response.type("image/png").send(image));
const bodies = express.raw({ type: () => true, limit: "16mb" });
app.post("/echo", bodies, (request, response) => {
  response.type(request.get("content-type") ?? "application/octet-stream").send(request.body);
});
app.post("/size", bodies, (request, response) => response.send(String(request.body.length)));

export const handler = serverlessExpress({
  app,
  binarySettings: { contentTypes: ["image/*", "application/octet-stream"] },
});
