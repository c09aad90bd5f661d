import { finding } from "./message";
import { ERRNO, type Rule } from "./rule";

/** An event of the descriptor that nobody has read. */
export const eagainEvents: Rule = {
  code: "eagain-events",
  whole(call) {
    const { name } = call.ioctl;
    if (name === "API" || name === "REGISTER" || name === "UNREGISTER" || name === "WAKE") return undefined;
    const event = call.uffd.pendingEvents[0];
    return (
      event && finding(call, "eagain-events", ERRNO.EAGAIN, `the event of ${event.what} was not read yet`, [event])
    );
  },
};
