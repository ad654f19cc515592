/** An application whose people sign in through Rolebridge, by Node alone: copy what you need. */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage as Request, type ServerResponse as Response } from "node:http";

const setting = (name: string, usual = ""): string => {
  const value = process.env[name] || usual;
  if (value === "") throw new Error(`Set ${name}: see docs/demo-application/README.md.`);
  return value;
};
const rolebridge = setting("ROLEBRIDGE_URL", "http://localhost:8080");
const entrance = `${rolebridge}/login/${setting("ORGANIZATION", "acme")}/${setting("CONNECTION", "sso")}`;
const [application, secret] = [setting("APPLICATION", "shop"), setting("APPLICATION_SECRET")];
const port = Number(setting("PORT", "3000"));
const returnTo = `http://localhost:${port}/signed-in`;
interface Session {
  readonly login: string;
  readonly name: string;
  roles: ReadonlyArray<{ readonly role: string; readonly scope: string | null }>;
  /** Of Rolebridge's last answer about it. */
  etag: string;
}
/** Keep yours where your application keeps things, so that they outlive it. */
const sessions = new Map<string, Session>();

const newId = () => randomBytes(24).toString("base64url");
const key = randomBytes(32);
/** Only this process can have written a cookie that is signed like this. */
const signed = (name: string, text: string) =>
  `${text}.${createHmac("sha256", key).update(`${name}=${text}`).digest("base64url")}`;
/** What a cookie of ours says; empty where there is none, or somebody else wrote it. */
const cookieOf = (request: Request, name: string): string => {
  const pair = (request.headers.cookie ?? "").split("; ").find((one) => one.startsWith(`${name}=`));
  const sent = Buffer.from(pair?.slice(name.length + 1) ?? "");
  const [text = ""] = sent.toString().split(".");
  const right = Buffer.from(signed(name, text));
  return sent.length === right.length && timingSafeEqual(sent, right) ? text : "";
};
/** On HTTPS add `Secure`, and `__Host-` before the name. `Lax` comes along when a provider sends the browser back. */
const cookie = (name: string, text: string, seconds: number) =>
  `${name}=${signed(name, text)}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}`;

const style = `body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1rem;color:#1d2433}
  a,button{font:inherit;display:inline-block;padding:.5rem 1rem;border:0;border-radius:.4rem;background:#2851a3;
  color:#fff;text-decoration:none;cursor:pointer}`;
const headers = {
  "content-type": "text/html; charset=utf-8",
  // The back button must not show somebody who has left.
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
const page = (response: Response, status: number, title: string, body: string, cookies: string[] = []) =>
  response
    .writeHead(status, { ...headers, "set-cookie": cookies })
    .end(`<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><style>${style}</style>
      <title>${escaped(title)}</title><h1>${escaped(title)}</h1>${body}</html>`);
const redirect = (response: Response, location: string, cookies: string[]) =>
  response.writeHead(303, { ...headers, location, "set-cookie": cookies }).end();
const signInLink = '<p><a href="/sign-in">Sign in</a></p>';

const ask = (path: string, more: Record<string, string>, body?: object) =>
  fetch(`${rolebridge}${path}`, {
    headers: { authorization: `Bearer ${secret}`, ...more },
    signal: AbortSignal.timeout(5_000),
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });

/** The state stays in a cookie of its own: somebody may sign in in two tabs. */
const begin = (response: Response) => {
  const state = newId();
  const wanted = new URLSearchParams({ application, return_to: returnTo, state });
  redirect(response, `${entrance}?${wanted}`, [cookie(`demo-state-${state}`, state, 600)]);
};

/** A state that did not begin in this browser would sign you in as a stranger. */
const finish = async (request: Request, response: Response, query: URLSearchParams) => {
  const state = query.get("state") ?? "";
  if (state === "" || cookieOf(request, `demo-state-${state}`) !== state)
    return page(response, 400, "This sign-in did not begin here", `<p>Begin again here.</p>${signInLink}`);
  const json = { "content-type": "application/json" };
  const answer = await ask("/login/exchange", json, { code: query.get("code") });
  const used = cookie(`demo-state-${state}`, "", 0);
  if (answer.status >= 500 || answer.status === 429) throw new Error(`Rolebridge said ${answer.status}.`);
  if (!answer.ok) {
    const because = "<p>The sign-in took too long, was used before, or was taken back.</p>";
    return page(response, 403, "You are not signed in", because + signInLink, [used]);
  }
  const { login, userName, displayName, subject, roles } = await answer.json();
  // A new id each time: an older one may be known to whoever used this browser before.
  const id = newId();
  sessions.delete(cookieOf(request, "demo-session"));
  sessions.set(id, { login, name: displayName ?? userName ?? subject, roles, etag: "" });
  return redirect(response, "/", [used, cookie("demo-session", id, 12 * 3_600)]);
};

const sentences: Readonly<Record<string, string>> = {
  logout: "You signed out at your organization.",
  inactive: "Your organization ended your access.",
  connection: "Your organization switched this way of signing in off.",
};

/** Why the session ended. Undefined where it goes on, with the roles of this moment. Cheap enough for each page. */
const check = async (session: Session): Promise<string | undefined> => {
  const answer = await ask(`/v1/logins/${session.login}`, { "if-none-match": session.etag });
  if (answer.status === 304) return undefined;
  if (!answer.ok) throw new Error(`Rolebridge said ${answer.status}.`);
  const { active, endedBecause, roles } = await answer.json();
  if (!active) return sentences[endedBecause] ?? "Your session is over.";
  session.roles = roles;
  session.etag = answer.headers.get("etag") ?? "";
  return undefined;
};

const show = async (request: Request, response: Response) => {
  const id = cookieOf(request, "demo-session");
  const session = sessions.get(id);
  if (session === undefined) return page(response, 200, "Welcome to the demo", signInLink);
  const because = await check(session);
  if (because !== undefined) {
    sessions.delete(id);
    return page(response, 401, "You are signed out", `<p>${because}</p>${signInLink}`);
  }
  const each = session.roles.map(({ role, scope }) => escaped(scope === null ? role : `${role} in ${scope}`));
  const list = (each.length > 0 ? each : ["none"]).map((role) => `<li>${role}</li>`).join("");
  const out = '<form method="post" action="/sign-out"><button>Sign out</button></form>';
  return page(response, 200, `Hello, ${session.name}`, `<p>Your roles here:</p><ul>${list}</ul>${out}`);
};

/** Here only: where the provider's session goes on, the next sign-in asks for no password. */
const leave = (request: Request, response: Response) => {
  sessions.delete(cookieOf(request, "demo-session"));
  redirect(response, "/", [cookie("demo-session", "", 0)]);
};

const answer = async (request: Request, response: Response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", returnTo);
  const asked = `${request.method} ${pathname}`;
  if (asked === "GET /") return show(request, response);
  if (asked === "GET /sign-in") return begin(response);
  if (asked === "GET /signed-in") return finish(request, response, searchParams);
  if (asked === "POST /sign-out") return leave(request, response);
  return page(response, 404, "There is no such page", '<p><a href="/">Home</a></p>');
};
createServer((request, response) =>
  answer(request, response).catch((error: unknown) => {
    console.error(error);
    page(response, 503, "That did not work", '<p>Wait a minute.</p><p><a href="/">Try again</a></p>');
  }),
).listen(port, () => console.log(`The demo is ready at http://localhost:${port}/`));
