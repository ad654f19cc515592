/** Commands of a page, as a person types them. Not synchronously: connections of this process must see their ends. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** What they print; fails with all they said where one of them fails, or after two minutes. */
export const shell = async (commands: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> => {
  const { stdout } = await execute("bash", ["-euc", commands], { cwd, env, timeout: 120_000 });
  return stdout;
};
