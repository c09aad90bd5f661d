/** The charts of the overview over one time axis and one cursor. */
import type { Frame } from "#protocol/frames";
import { createErrorsDrawing, errorsHeight } from "../../charts/errors/draw";
import { type ErrorsShape, shapeErrors } from "../../charts/errors/shape";
import { type ChartFigure, createFigure } from "../../charts/figure";
import { plotWidth, timeAxis, timeOfX, xOfTime } from "../../charts/geometry";
import { createLatencyDrawing } from "../../charts/latency/draw";
import { shapeLatency } from "../../charts/latency/shape";
import { createPace } from "../../charts/pace";
import { createPhaseBars } from "../../charts/phases/draw";
import { shapePhases } from "../../charts/phases/shape";
import type { Drawing, Plot } from "../../charts/plot";
import { createThroughputDrawing } from "../../charts/throughput/draw";
import { shapeThroughput } from "../../charts/throughput/shape";
import { windowEndNs } from "../../charts/window";
import { bindTableKeys } from "../../components/tableKeys";
import { element } from "../../dom";
import { toggleTwin } from "../../state/view";
import { safeText } from "../../text";
import type { Theme } from "../../theme";
import type { Actions } from "../view";
import { movedCursor, type Readout, readout } from "./readout";
import {
  bucketRows,
  createErrorsTwin,
  createLatencyTwin,
  createPhasesTwin,
  createThroughputTwin,
  failureRows,
  phaseRows,
} from "./twins";

export interface ChartInput {
  readonly frame: Frame;
  readonly op: string;
  readonly live: boolean;
  readonly twins: readonly string[];
  readonly theme: Theme;
}

export interface Charts {
  /** In order of reading. */
  readonly sections: readonly HTMLElement[];
  update(input: ChartInput): void;
}

const CURSOR_KEYS = ["ArrowLeft", "ArrowRight", "Home", "End"];

/** `onKey` gets the keys a chart does not use itself. */
export function createCharts(actions: Actions, ops: HTMLElement, onKey: (event: KeyboardEvent) => void): Charts {
  let cursorNs: number | undefined;
  let input: ChartInput | undefined;
  const setCursor = (ns: number | undefined): void => {
    if (ns === cursorNs) return;
    cursorNs = ns;
    actions.requestDraw();
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "Escape") setCursor(undefined);
    else if (CURSOR_KEYS.includes(event.key) && input !== undefined) {
      setCursor(movedCursor(input.frame, cursorNs, event.key, event.shiftKey));
      event.preventDefault();
    } else onKey(event);
  };
  const figureFor = (id: string, title: string, content: HTMLElement, twin: Twin, tools?: HTMLElement): ChartFigure => {
    const figure = createFigure({
      id,
      title,
      content,
      twin: twin.root,
      ...(tools === undefined ? {} : { tools }),
      onTwin: () => actions.changeView((view) => toggleTwin(view, id)),
      onResize: actions.requestDraw,
      onKey: pressed,
      onPoint: (x) => setCursor(x === undefined ? undefined : timeAt(figure, x)),
    });
    bindTableKeys(figure.region, twin.text, (text) => actions.send({ type: "copy", text }));
    return figure;
  };
  const timeAt = (figure: ChartFigure, x: number): number | undefined => {
    const geometry = figure.geometry();
    if (geometry === undefined || input === undefined) return undefined;
    if (x < geometry.left || x > geometry.width - geometry.right) return undefined;
    return timeOfX(x, axisOf(input.frame, plotWidth(geometry)), geometry);
  };

  const latencyCanvas = canvas();
  const throughputCanvas = canvas();
  const errorsCanvas = canvas();
  const bars = createPhaseBars();
  const twins = {
    latency: createLatencyTwin(),
    throughput: createThroughputTwin(),
    errors: createErrorsTwin(),
    phases: createPhasesTwin(),
  };
  const latency = figureFor("latency", "Latency", latencyCanvas, twins.latency, ops);
  const throughput = figureFor("throughput", "Calls", throughputCanvas, twins.throughput);
  const errors = figureFor("errors", "Errors", errorsCanvas, twins.errors);
  const phases = figureFor("phases", "Where a fault spends its time", bars.root, twins.phases);
  const draw = {
    latency: createLatencyDrawing(latencyCanvas),
    throughput: createThroughputDrawing(throughputCanvas),
    errors: createErrorsDrawing(errorsCanvas),
  };
  const paint = <Shape>(figure: ChartFigure, drawing: Drawing<Shape>, shape: Shape, now: ChartInput): void => {
    const geometry = figure.geometry();
    if (geometry === undefined) return;
    const axis = axisOf(now.frame, plotWidth(geometry));
    const plot: Plot = { geometry, axis, theme: now.theme };
    drawing.draw(shape, plot);
    figure.setCursor(cursorNs === undefined ? undefined : xOfTime(cursorNs, axis, geometry));
  };

  const paces = { latency: createPace(), throughput: createPace(), errors: createPace(), phases: createPace() };
  const twinDue = (id: keyof typeof paces, shown: boolean, now: ChartInput): boolean => {
    if (!shown) paces[id].forget();
    return shown && paces[id].due(now.op, now.frame.nowNs, now.live);
  };

  const updateLatency = (now: ChartInput, read: Readout | undefined): void => {
    const shown = now.twins.includes("latency");
    const shape = shapeLatency(now.frame, now.op, now.live);
    latency.setSubtitle(
      read?.latency ?? (shape.empty ? shape.sentence : "p50 thick, p99 thin, max dotted; log scale"),
      read !== undefined,
    );
    latency.setSentence(shape.sentence);
    latency.setTwin(shown);
    if (twinDue("latency", shown, now)) twins.latency.update(bucketRows(now.frame, now.op));
    if (!shown) paint(latency, draw.latency, shape, now);
  };
  const updateThroughput = (now: ChartInput, read: Readout | undefined): void => {
    const shown = now.twins.includes("throughput");
    const shape = shapeThroughput(now.frame, now.op);
    throughput.setTitle(now.op === "fault" ? "Faults" : `${safeText(now.op, 24)} calls`);
    throughput.setSubtitle(read?.throughput ?? "per second", read !== undefined);
    throughput.setSentence(shape.sentence);
    throughput.setTwin(shown);
    if (twinDue("throughput", shown, now)) twins.throughput.update(bucketRows(now.frame, now.op));
    if (!shown) paint(throughput, draw.throughput, shape, now);
  };
  const updateErrors = (now: ChartInput, read: Readout | undefined): void => {
    const shown = now.twins.includes("errors");
    const shape: ErrorsShape = shapeErrors(now.frame, compactQuery.matches ? 1 : 5);
    errors.setSubtitle(read?.errors ?? "all ops, per bucket; √ scale", read !== undefined);
    errors.setSentence(shape.sentence);
    errors.setTwin(shown);
    const height = `${errorsHeight(shape.lanes.length)}px`;
    if (errorsCanvas.style.height !== height) errorsCanvas.style.height = height;
    if (twinDue("errors", shown, now)) twins.errors.update(failureRows(now.frame, shape));
    if (!shown) paint(errors, draw.errors, shape, now);
  };
  const updatePhases = (now: ChartInput): void => {
    const shown = now.twins.includes("phases");
    const shape = shapePhases(now.frame.report.faults);
    phases.setSubtitle("each bar is 100 %; phases ranked one by one, so only the means add up", false);
    phases.setSentence(shape.sentence);
    phases.setTwin(shown);
    if (twinDue("phases", shown, now)) twins.phases.update(phaseRows(now.frame));
    if (!shown) bars.update(shape);
  };
  const compactQuery = window.matchMedia(COMPACT);
  compactQuery.addEventListener("change", actions.requestDraw);

  return {
    sections: [latency, throughput, errors, phases].map((figure) => figure.root),
    update(now) {
      input = now;
      const read = cursorNs === undefined ? undefined : readout(now.frame, now.op, cursorNs);
      if (read === undefined) cursorNs = undefined;
      updateLatency(now, read);
      updateThroughput(now, read);
      updateErrors(now, read);
      updatePhases(now);
    },
  };
}

/** The bottom panel: styles/compact.css lays out by the same query. */
const COMPACT = "(max-height: 420px) and (min-width: 900px)";

type Twin = { readonly root: HTMLElement; text(): string };

function canvas(): HTMLCanvasElement {
  return element("canvas", { attributes: { "aria-hidden": "true" } });
}

function axisOf(frame: Frame, width: number) {
  return timeAxis(frame.window.startNs, windowEndNs(frame), width);
}
