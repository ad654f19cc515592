/** What is written into outside systems: how it is set and stands, what would be written, what there is ours. */
import "./change.ts";
import "./push.ts";
