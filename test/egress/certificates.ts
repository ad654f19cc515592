/** Certificates made for a test with the machine's openssl; nothing of them is kept. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Issued {
  readonly cert: string;
  readonly key: string;
}
export interface Authority {
  readonly certificate: string;
  readonly key: string;
  readonly issue: (name: string, days?: number) => Issued;
}

const fresh = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-batch"];

const inFolder = <A>(work: (openssl: (...args: ReadonlyArray<string>) => void, folder: string) => A): A => {
  const folder = mkdtempSync(join(tmpdir(), "rolebridge-certificates-"));
  try {
    return work((...args) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" }), folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const issue = (authority: Issued, name: string, days: number): Issued =>
  inFolder((openssl, folder) => {
    const read = (file: string) => readFileSync(join(folder, file), "utf8");
    writeFileSync(join(folder, "ca.pem"), authority.cert);
    writeFileSync(join(folder, "ca.key"), authority.key);
    writeFileSync(join(folder, "names"), `subjectAltName=DNS:${name}`);
    openssl("req", "-new", ...fresh, "-keyout", "key", "-out", "request", "-subj", `/CN=${name}`);
    const signer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", String(Date.now())];
    openssl(
      "x509",
      "-req",
      "-in",
      "request",
      ...signer,
      "-extfile",
      "names",
      "-days",
      String(days),
      "-out",
      "cert",
    );
    return { cert: read("cert"), key: read("key") };
  });

export const makeAuthority = (name: string): Authority => {
  const own = inFolder((openssl, folder) => {
    openssl("req", "-x509", ...fresh, "-keyout", "key", "-out", "cert", "-subj", `/CN=${name}`, "-days", "2");
    return {
      cert: readFileSync(join(folder, "cert"), "utf8"),
      key: readFileSync(join(folder, "key"), "utf8"),
    };
  });
  return {
    certificate: own.cert,
    key: own.key,
    issue: (host, days = 2) => issue(own, host, days),
  };
};
