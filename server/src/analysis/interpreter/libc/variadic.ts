import { toNumber } from "../operate";
import type { External } from "./library";

/**
 * Variable arguments. The preprocessor turns `va_start(ap, x)` into `ap = __va_begin()` and `va_arg(ap, T)` into
 * `(T)__va_next(ap)`, so that a list is a value that can be passed on.
 */
export const VARIADIC: Readonly<Record<string, External>> = {
  __va_begin: (m) => m.openArguments(m.frame.extra),
  __va_next: (m, [list]) => m.nextArgument(toNumber(m, list)),
};
