/** Several organizations at once: nobody's requests fail or fall behind, and a flood is the flooder's own wait. */
import { type Answer, type Call, send, sendAtRate } from "./load.ts";
import { user } from "./operations.ts";
import { type Product, startPostgres, startProduct } from "./targets.ts";

const organizations = 4;
const perSecond = 25;
const seconds = 20;

const graphql = async ({ root, operatorToken }: Product, query: string, variables: object) => {
  const { text } = await send({
    method: "POST",
    url: `${root}/graphql`,
    token: operatorToken,
    type: "application/json",
    body: { query, variables },
  });
  const { data, errors } = JSON.parse(text);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
};

/** A token of a new organization's SCIM connection. */
const newToken = async (product: Product, slug: string): Promise<string> => {
  await graphql(
    product,
    "mutation ($slug: String!) { createOrganization(slug: $slug, name: $slug) { slug } }",
    { slug },
  );
  await graphql(
    product,
    `mutation ($slug: String!) { addConnection(organization: $slug, slug: "scim", name: "SCIM", kind: SCIM) { slug } }`,
    { slug },
  );
  const made = await graphql(
    product,
    `mutation ($slug: String!) { createScimToken(organization: $slug, connection: "scim", label: "bench") { token } }`,
    { slug },
  );
  return made.createScimToken.token;
};

/** What a provisioning cycle mixes: half look-ups, a quarter creations, a quarter lists. */
const mixed =
  ({ url }: Product, token: string, name: string) =>
  (at: number): Call => {
    if (at % 4 === 1) return { method: "POST", url: `${url}/Users`, token, body: user(`${name}-${at}`) };
    if (at % 4 === 3) return { method: "GET", url: `${url}/Users?count=20`, token };
    return { method: "GET", url: `${url}/Users?filter=userName%20eq%20%22${name}-${at - 1}%22`, token };
  };

const percentile = (answers: ReadonlyArray<Answer>, part: number) =>
  answers.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b)[
    Math.min(answers.length - 1, Math.floor(answers.length * part))
  ] ?? 0;

const line = (name: string, answers: ReadonlyArray<Answer>) => {
  const figures = [0.5, 0.95, 0.99, 1].map((part) => percentile(answers, part).toFixed(0).padStart(8));
  const statuses = [...Map.groupBy(answers, ({ status }) => status)].map(
    ([status, of]) => `${of.length}×${status}`,
  );
  console.log(`${name.padEnd(34)}${figures.join("")}   ${statuses.join(" ")}`);
};

const half = (answers: ReadonlyArray<Answer>, which: 0 | 1) =>
  answers.slice((which * answers.length) / 2, ((which + 1) * answers.length) / 2);

/** `lanes` requests at once, each sent as soon as the one before was answered, until told to stop. */
const flood = (product: Product, token: string, lanes: number) => {
  let going = true;
  const answers: Array<Answer> = [];
  const make = mixed(product, token, "flood");
  const lane = async (from: number) => {
    for (let at = from; going; at += lanes) answers.push(await send(make(at)));
  };
  const done = Promise.all(Array.from({ length: lanes }, (_, from) => lane(from)));
  return async () => {
    going = false;
    await done;
    return answers;
  };
};

export const measureNeighbours = async () => {
  const postgres = await startPostgres();
  const product = await startProduct(postgres.env);
  const names = Array.from({ length: organizations }, (_, at) => `neighbour-${at}`);
  const tokens: Array<string> = [];
  for (const name of names) tokens.push(await newToken(product, name));
  const all = (name: string) =>
    Promise.all(
      tokens.map((token, at) => sendAtRate(perSecond, seconds, mixed(product, token, `${name}-${at}`))),
    );
  console.log(
    `${organizations} organizations, ${perSecond} requests a second each, for ${seconds} s, open loop; ms from when each was due.\n`,
  );
  console.log(`${"".padEnd(34)}  median     95 %     99 %  longest`);
  await all("warm");
  const calm = (await all("calm")).flatMap((answers) => [half(answers, 0), half(answers, 1)]);
  line("first half", calm.filter((_, at) => at % 2 === 0).flat());
  line("second half", calm.filter((_, at) => at % 2 === 1).flat());
  const [quiet = "", loud = ""] = tokens;
  const alone = await sendAtRate(perSecond, seconds, mixed(product, quiet, "alone"));
  line("one alone", alone);
  const stop = flood(product, loud, 32);
  const beside = await sendAtRate(perSecond, seconds, mixed(product, quiet, "beside"));
  const flooding = await stop();
  line("beside another's 32 at once", beside);
  line(`the flood, ${Math.round(flooding.length / seconds)} a second`, flooding);
  await product.stop();
  await postgres.stop();
};
