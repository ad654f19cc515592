import { NodeRuntime } from "@effect/platform-node";
import { serve } from "./serve.ts";

NodeRuntime.runMain(serve);
