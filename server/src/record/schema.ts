/** The recording's format lives in `server/src/recording`, a room that recorder and trace share; this name stays for the addon's contract. */
export * from "../recording/schema";
