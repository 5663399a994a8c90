/** A little web server on this machine: the page, the model's files as JavaScript, the image, and what the page tells. */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const house = new URL("../../", import.meta.url);

export type Served = { url: string; result: Promise<unknown>; close(): void };

export async function serve(request: object, image: Uint8Array): Promise<Served> {
  const result = Promise.withResolvers<unknown>();

  async function answer(asked: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = asked.url ?? "/";
    const send = (type: string, body: string | Uint8Array) =>
      response.writeHead(200, { "content-type": type }).end(body);
    if (path === "/") send("text/html", readFileSync(new URL("page.html", import.meta.url)));
    else if (path === "/request") send("application/json", JSON.stringify(request));
    else if (path === "/image") send("application/octet-stream", image);
    else if (path === "/result") {
      result.resolve(JSON.parse(await text(asked)));
      response.writeHead(204).end();
    } else if (/^\/hw-models\/[\w./-]+\.ts$/.test(path) && !path.includes("..")) {
      const source = readFileSync(fileURLToPath(new URL(`.${path}`, house)), "utf8");
      send("text/javascript", stripTypeScriptTypes(source));
    } else response.writeHead(404).end();
  }

  const server = createServer((asked, response) => {
    answer(asked, response).catch((error: unknown) => {
      response.writeHead(500).end();
      result.reject(error);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}/`, result: result.promise, close };
}
