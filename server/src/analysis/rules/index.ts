import { eagainEvents } from "./eagainEvents";
import { ebusyFork } from "./ebusyFork";
import { ebusyKsm } from "./ebusyKsm";
import { ebusyPinned } from "./ebusyPinned";
import { ebusyRegistered } from "./ebusyRegistered";
import { eexistPopulated } from "./eexistPopulated";
import { efaultMarker } from "./efaultMarker";
import { einvalAlignment } from "./einvalAlignment";
import { einvalForeignMm } from "./einvalForeignMm";
import { einvalMapping } from "./einvalMapping";
import { einvalMode } from "./einvalMode";
import { einvalUnregistered } from "./einvalUnregistered";
import { enoentHole } from "./enoentHole";
import type { Rule } from "./rule";

/** All rules, in the order the kernel checks. */
export const RULES: readonly Rule[] = [
  einvalForeignMm,
  einvalAlignment,
  einvalMode,
  eagainEvents,
  enoentHole,
  ebusyRegistered,
  einvalUnregistered,
  einvalMapping,
  eexistPopulated,
  efaultMarker,
  ebusyPinned,
  ebusyFork,
  ebusyKsm,
];
