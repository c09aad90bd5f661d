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

/** Rules that refuse a call as a whole, in the order the kernel checks. */
export const WHOLE_RULES: readonly Rule[] = [
  einvalForeignMm,
  einvalAlignment,
  einvalMode,
  eagainEvents,
  enoentHole,
  ebusyRegistered,
  einvalUnregistered,
  einvalMapping,
];

/** Rules that stop a call at a page: the kernel looks at the destination before the source. */
export const PAGE_RULES: readonly Rule[] = [
  eexistPopulated,
  enoentHole,
  efaultMarker,
  ebusyPinned,
  ebusyFork,
  ebusyKsm,
];
