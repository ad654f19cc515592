/** Owns the types about what operators decide about single people. */
import "./decided.ts";
