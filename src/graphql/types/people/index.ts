/** Owns the types about what operators decide about single people. */
import "./account-changes.ts";
import "./decided.ts";
import "./invitation.ts";
