/** Whether this machine lets us trace, as the run's global setup found out: tests that record are skipped elsewhere. */
export const canTrace = process.env.FAULTSCOPE_E2E_TRACES === "yes";
