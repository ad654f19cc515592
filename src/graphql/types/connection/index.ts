/** Owns the types, queries and mutations about connections: their settings, how they are read, their runs. */
import "./connection.ts";
import "./connector.ts";
import "./run.ts";
import "./settings.ts";
