/** A browser as far as logins need one: cookies per origin, redirects step by step, and forms that are filled in. */

interface Step {
  readonly url: string;
  readonly status: number;
  readonly location: string | null;
  readonly body: string;
}

const unescaped = (text: string): string =>
  text.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<");

export const newBrowser = () => {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (url: string) => {
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    return jar;
  };
  const keep = (url: string, response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const [name = "", value = ""] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
      if (/max-age=0\b/i.test(line)) jarOf(url).delete(name);
      else jarOf(url).set(name, value);
    }
  };
  const open = async (url: string, init: RequestInit = {}): Promise<Step> => {
    const cookie = [...jarOf(url)].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      headers: { ...init.headers, ...(cookie === "" ? {} : { cookie }) },
    });
    keep(url, response);
    const location = response.headers.get("location");
    const next = location === null ? null : new URL(location, url).href;
    return { url, status: response.status, location: next, body: await response.text() };
  };
  /** Goes on until there is no redirect, or it leads to what `until` says. */
  const follow = async (url: string, until: (url: string) => boolean = () => false): Promise<Step> => {
    let step = await open(url);
    while (step.location !== null && !until(step.location)) step = await open(step.location);
    return step;
  };
  /** Fills in the first form of a page and sends it. */
  const submit = (page: Step, values: Readonly<Record<string, string>>): Promise<Step> => {
    const action = /<form[^>]*\saction="([^"]+)"/.exec(page.body)?.[1];
    if (action === undefined) throw new Error(`There is no form at ${page.url}: ${page.body.slice(0, 500)}`);
    const hidden = [...page.body.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].flatMap(([input]) => {
      const name = /name="([^"]+)"/.exec(input)?.[1];
      const value = /value="([^"]*)"/.exec(input)?.[1] ?? "";
      return name === undefined ? [] : [[name, unescaped(value)]];
    });
    const body = new URLSearchParams([...hidden, ...Object.entries(values)]);
    return open(new URL(unescaped(action), page.url).href, { method: "POST", body });
  };
  return { open, follow, submit };
};
export type Browser = ReturnType<typeof newBrowser>;
