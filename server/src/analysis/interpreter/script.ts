import type { CallExpr, Expr, Fn, Place } from "../ir/ir";
import type { Frame } from "./frame";
import type { Machine } from "./machine";
import type { Native, Value } from "./value";

export const evaluateScript = (m: Machine, _e: Expr): Value => m.fresh();
export const getProperty = (m: Machine, _p: Extract<Place, { k: "prop" }>): Value => m.fresh();
export const setProperty = (_m: Machine, _p: Extract<Place, { k: "prop" }>, v: Value): Value => v;
export const iterate = (_m: Machine, _v: Value, _keys: boolean): Value[] => [];
export const callMethod = (m: Machine, _e: CallExpr): Value => m.fresh();
export const callNative = (m: Machine, _f: Native, _args: readonly Value[], _self: Value): Value => m.fresh();
export const construct = (m: Machine, _e: CallExpr): Value => m.fresh();
export const bindRest = (_m: Machine, _f: Frame, _slot: number, _v: readonly Value[]): void => undefined;
export const runModule = (_m: Machine, _fn: Fn): void => undefined;
