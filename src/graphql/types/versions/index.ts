/** What can be asked of versions of the mapping: what is likely wrong with one, which there are, how two differ. */
import "./difference.ts";
import "./lint.ts";
import "./list.ts";
