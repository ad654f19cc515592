/** The roles that a plan left at an account, in a short form to compare later. */
import type { PlannedRole } from "../../domain/index.ts";
import { rolesDigestText } from "../../mapping/index.ts";
import { digest } from "./subject.ts";

export const leftBy = (active: boolean, roles: ReadonlyArray<PlannedRole>): string =>
  digest(rolesDigestText(active, roles));
