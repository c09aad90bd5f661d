// Runs in the guest: first what the kernel itself offers, then the product on it.

import { run } from "./processes.mjs";
import { productTests } from "./productTests.mjs";
import { sendDone, sendFacts } from "./report.mjs";
import { sharedTests } from "./sharedTests.mjs";

const { stdout } = await run("/programs/facts", []);
const facts = JSON.parse(stdout);
sendFacts(facts);
await productTests(facts);
await sharedTests(facts);
sendDone();
