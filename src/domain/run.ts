/** Runs: one execution of a sync, with steps, counts and times. */
import type { ConnectionId, DirectoryGroupId, DirectoryUserId, OperatorId, RunId } from "./id.ts";

/** `waiting`: asked for. `cancelled`: its connection was disabled while it ran. */
export const runStates = ["waiting", "running", "done", "failed", "cancelled"] as const;
export type RunState = (typeof runStates)[number];

/** What made the run: somebody asked, it was time, or the source told that something may have changed. */
export type RunTrigger = "operator" | "schedule" | "change";

/** In the order they are done. `roles` brings everyone up to date whom the steps before touched. */
export const stepNames = ["users", "groups", "memberships", "removals", "roles"] as const;
export type StepName = (typeof stepNames)[number];

/** Counts of what one step has done so far. `failed`: objects that could not be kept, listed in the run. */
export interface RunStep {
  readonly name: StepName;
  readonly read: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly failed: number;
  /** Milliseconds since the run began, and null until the step has ended. */
  readonly began: number;
  readonly ended: number | null;
}

/** An object of the source that could not be kept. Its earlier facts stay as they are. */
export interface FailedObject {
  readonly kind: "user" | "group";
  /** The source's id, never a name. */
  readonly id: string;
  readonly detail: string;
}

export interface Run {
  readonly id: RunId;
  readonly connectionId: ConnectionId;
  readonly state: RunState;
  readonly trigger: RunTrigger;
  readonly requestedBy: OperatorId | null;
  /** The one person it is about; null for a group or everyone. */
  readonly userId: DirectoryUserId | null;
  /** The one group it is about, with those nested in it; null for a person or everyone. */
  readonly groupId: DirectoryGroupId | null;
  /** It reads only what the source told may have changed. */
  readonly follows: boolean;
  readonly requestedAt: Date;
  /** It is not begun before; null: at once. */
  readonly dueAt: Date | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** How many times it was begun: more than once when its holder died or was stopped. */
  readonly attempts: number;
  readonly steps: ReadonlyArray<RunStep>;
  /** The first hundred. */
  readonly failures: ReadonlyArray<FailedObject>;
  /** Why it failed: a connector's reason, and one sentence for the operator. */
  readonly reason: string | null;
  readonly detail: string | null;
}
