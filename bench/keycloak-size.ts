/**
 * A realm of 10,000 people, 200 groups and 50,000 memberships: what a run without news costs beside merely reading, and
 * how much memory it takes above idle. `TEST_KEYCLOAK_URL=… node bench/keycloak-size.ts [people] [groups] [rounds]`;
 * administrator in `TEST_KEYCLOAK_ADMIN`, by default admin:admin. `BENCH_REALM` names one that is there already. Of three
 * processes the CPU counts: this one, PostgreSQL, and Keycloak where `TEST_KEYCLOAK_PID` names it.
 */
import { spawn } from "node:child_process";
import { Effect, Stream } from "effect";
import { keycloak } from "../connectors/keycloak/index.ts";
import { findRun, newId, Store } from "../src/store/index.ts";
import { askForRun, syncConnection } from "../src/sync/index.ts";
import { cpuOf, cpuOfTree } from "./cpu.ts";
import { makeRealm, part, type Reader, settingsOf, signIn, startReader } from "./realm.ts";

const people = Number(process.argv[2] ?? 10_000);
const groups = Number(process.argv[3] ?? 200);
const rounds = Number(process.argv[4] ?? 5);

const merelyRead = (realm: string) =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const { source } = yield* keycloak.open(settingsOf(realm));
        return source === undefined
          ? 0
          : yield* Stream.runFold(
              source.everyone,
              () => 0,
              (count) => count + 1,
            );
      }),
    ),
  );

const sync = ({ world, organization, connection }: Reader) =>
  world.runPromise(
    Effect.gen(function* () {
      const store = yield* Store;
      const asked = yield* store.tenant(organization, (tx) => askForRun(tx, connection, null, null));
      yield* syncConnection(organization, connection);
      return yield* store.tenant(organization, (tx) => findRun(tx, asked?.id ?? newId()));
    }),
  );

const keycloakPid = Number(process.env["TEST_KEYCLOAK_PID"] ?? 0);
const othersCpu = (postgres: number) => cpuOfTree(postgres) + (keycloakPid === 0 ? 0 : cpuOf(keycloakPid));

const measured = async <A>(postgres: number, work: () => Promise<A>) => {
  const others = othersCpu(postgres);
  const cpu = process.cpuUsage();
  const before = performance.now();
  const result = await work();
  const millis = performance.now() - before;
  const { user, system } = process.cpuUsage(cpu);
  const own = (user + system) / 1000;
  return { result, millis, cpu: own, allCpu: own + othersCpu(postgres) - others };
};

const mebibytes = (bytes: number) => Math.round(bytes / 1024 / 1024);

/** The most memory the process had while it worked, above what it has when it has nothing to do. */
const memoryOf = async (work: () => Promise<unknown>) => {
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 500));
  globalThis.gc?.();
  const idle = process.memoryUsage().rss;
  let peak = idle;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  await work();
  clearInterval(timer);
  return { idle, peak };
};

const reading = async (realm: string) => {
  const reader = await startReader(realm);
  try {
    // Idle, though warm: what the code itself takes is there before the first person is.
    const fresh = await memoryOf(async () => {
      const first = await measured(reader.postgres, () => sync(reader));
      console.log("first run", {
        state: first.result?.state,
        steps: first.result?.steps.map(({ name, read, added }) => `${name} ${read} read, ${added} added`),
        seconds: (first.millis / 1000).toFixed(1),
        cpuSeconds: (first.cpu / 1000).toFixed(1),
      });
    });
    type Measure = Pick<Awaited<ReturnType<typeof measured>>, "millis" | "cpu" | "allCpu">;
    const rows: Array<{ ours: Measure; bare: Measure }> = [];
    let peak = fresh.peak;
    for (let round = -1; round < rounds; round += 1) {
      const early = round % 2 === 0 ? await measured(reader.postgres, () => merelyRead(realm)) : undefined;
      let ours: Measure = { millis: 0, cpu: 0, allCpu: 0 };
      const memory = await memoryOf(async () => {
        ours = await measured(reader.postgres, () => sync(reader));
      });
      const bare = early ?? (await measured(reader.postgres, () => merelyRead(realm)));
      if (round < 0) continue;
      rows.push({ ours, bare });
      peak = Math.max(peak, memory.peak);
      const told = ({ millis, cpu, allCpu }: Measure) =>
        `${(millis / 1000).toFixed(1)} s, ${(cpu / 1000).toFixed(1)} s of own CPU, ${(allCpu / 1000).toFixed(1)} s of all`;
      console.log(`round ${round}: unchanged ${told(ours)}; merely reading ${told(bare)}`);
    }
    const ratio = (of: (measure: Measure) => number) => {
      const sum = (whose: "ours" | "bare") => rows.reduce((all, row) => all + of(row[whose]), 0);
      return {
        median: part(
          rows.map(({ ours, bare }) => of(ours) / of(bare)),
          0.5,
        ).toFixed(2),
        ofSums: (sum("ours") / sum("bare")).toFixed(2),
      };
    };
    console.log({
      wallRatio: ratio(({ millis }) => millis),
      allCpuRatio: ratio(({ allCpu }) => allCpu),
      ownCpuRatio: ratio(({ cpu }) => cpu),
      keycloakCounted: keycloakPid !== 0,
      idleMiB: mebibytes(fresh.idle),
      peakAboveIdleMiB: {
        firstRun: mebibytes(fresh.peak - fresh.idle),
        unchanged: mebibytes(peak - fresh.idle),
      },
    });
  } finally {
    await reader.stop();
  }
};

const given = process.env["BENCH_REALM"];
if (given !== undefined && globalThis.gc !== undefined) {
  await reading(given);
} else {
  // Measured in a process of its own, in which nothing of making the realm is left.
  const admin = signIn();
  const from = performance.now();
  const realm = given ?? (await makeRealm(admin, people, groups));
  console.log(`realm ${realm}, after ${Math.round((performance.now() - from) / 1000)} s`);
  const child = spawn(
    process.execPath,
    ["--expose-gc", ...process.execArgv, import.meta.filename, ...process.argv.slice(2)],
    { stdio: "inherit", env: { ...process.env, BENCH_REALM: realm } },
  );
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  if (given === undefined && process.env["BENCH_KEEP"] === undefined) await admin.realms.del({ realm });
  process.exitCode = code ?? 1;
}
