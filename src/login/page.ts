/** The pages that people see of us: that it did not work, and what to tell whoever can help; or that a test is over. Nothing of the reply is in them. */
import { Cookies, HttpServerResponse } from "effect/http";

const headers = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const page = (title: string, heading: string, rest: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1rem}
h1{font-size:1.6rem;line-height:1.25}
code{font-size:.9rem;overflow-wrap:anywhere}
</style>
</head>
<body>
<h1>${heading}</h1>
${rest}
</body>
</html>
`;

const shown = (status: number, text: string) =>
  HttpServerResponse.text(text, { status, contentType: "text/html; charset=utf-8", headers });

/** `sentence` and `reference` are ours: no text of a request or a provider belongs in them. */
export const notSignedIn = (status: number, sentence: string, reference: string) =>
  shown(
    status,
    page(
      "Not signed in",
      "You are not signed in",
      `<p>${sentence}</p>
<p>If it happens again, tell your administrator this reference:</p>
<p><code>${reference}</code></p>`,
    ),
  );

/** The same whatever came of it: only whoever may see logins learns that. */
export const testIsOver = (reference: string) =>
  shown(
    200,
    page(
      "Test",
      "The test is over",
      `<p>Nobody was signed in, and nothing was changed. Reference:</p>
<p><code>${reference}</code></p>`,
    ),
  );

/** Sends the browser on; no cache keeps where. `ended`: cookies that it is to forget. */
export const sendTo = (url: string, cookie?: string, ended: ReadonlyArray<string> = []) =>
  HttpServerResponse.empty({
    status: 303,
    headers: {
      location: url,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      ...(cookie === undefined ? {} : { "set-cookie": cookie }),
    },
  }).pipe(HttpServerResponse.mergeCookies(Cookies.fromSetCookie(ended)));
