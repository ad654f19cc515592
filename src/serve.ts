/** Settings, layers, launch; and, on a first start, what to do next. */
import { join } from "node:path";
import { Console, Effect, Layer } from "effect";
import { loadSettings, type Settings } from "../config/index.ts";
import { app, logging } from "./app.ts";
import { ServerAddress } from "./http/index.ts";
import { bootstrap, type QuickStart } from "./tenancy/index.ts";

const firstSteps = (file: string, { organization, scimUrl }: QuickStart) => `
Rolebridge is ready, with the organization "${organization}" to try things in.

  SCIM address    ${scimUrl}
  Tokens          ${file}  (SCIM token and operator token; keep it private)

Try it: in another terminal, run
  npm run try

It pushes a person and a group by SCIM and shows the role that follows, and why.
`;

const nextSteps = (url: string) => `Rolebridge is ready at ${url}\n`;

const announce = Effect.fn("announce")(function* (settings: Settings) {
  const { publicUrl } = yield* ServerAddress;
  const quickStart = yield* bootstrap(settings.dataFolder, publicUrl);
  const file = join(settings.dataFolder, "quickstart.json");
  yield* Console.log(quickStart === undefined ? nextSteps(publicUrl) : firstSteps(file, quickStart));
  yield* Effect.logInfo("Listening.", { url: publicUrl });
});

/** Runs the server until it is told to stop; then finishes what it has begun. */
export const serve = Effect.gen(function* () {
  const settings = yield* loadSettings(process.env, process.stderr.isTTY === true);
  const announced = Layer.effectDiscard(announce(settings));
  yield* Layer.launch(announced.pipe(Layer.provide(app(settings)))).pipe(Effect.provide(logging(settings)));
});
