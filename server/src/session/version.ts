/** The version that recordings and `--version` carry. */
import { version } from "../../../package.json";

export const VERSION: string = version;
export const WRITER = `faultscope ${VERSION}`;
