import "./application.ts";
import "./key.ts";
import "./login.ts";
import "./test.ts";
