/** The version that recordings and `--version` carry. */
import manifest from "../../../package.json";

export const VERSION: string = manifest.version;
export const WRITER = `faultscope ${VERSION}`;
