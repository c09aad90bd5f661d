/** What `--help` prints: the contract of each command. */
export const SUMMARY = `faultscope: see, explain and predict what Linux userfaultfd does

  faultscope record    trace a process, or a command from its start, into a recording
  faultscope report    the figures of a recording
  faultscope compare   two recordings side by side
  faultscope export    a recording for other tools
  faultscope check     find userfaultfd mistakes in sources
  faultscope targets   processes that hold a userfaultfd
  faultscope doctor    what this machine allows, and the remedy for what it does not

\`faultscope COMMAND --help\` says more. --version prints the version.
`;

export const USAGE: Readonly<Record<string, string>> = {
  record: `faultscope record [-o FILE] [--duration S] [--max-size MB | --keep MB] [--until-failures N] [--until-stuck S]
                  [--json] [--sudo] [--via WAY] (--pid PID… | -- COMMAND ARGS…)

Records every userfaultfd ioctl, message and fault of the processes, their threads and children, until they end,
a limit is reached or Ctrl-C. A command is traced from its first instruction; its input and output are its own,
and what Faultscope says goes to stderr.

  -o, --output FILE   the recording (default: NAME-TIME.faultscope here); only a recording is overwritten
  --duration S        stop after S seconds
  --max-size MB       stop when the file has MB mebibytes
  --keep MB           flight recorder: keep the last MB mebibytes in memory, write the file at the end
  --until-failures N  stop when N calls failed within a second
  --until-stuck S     stop when a fault has waited for S seconds
  --json              print the report as JSON on stdout; the command's stdout goes to stderr
  --sudo              start the probe with sudo -n
  --via WAY           probe: needs privilege and sees everything; preload: a library in the command, which needs none
                      and cannot see static programs, Go and raw system calls; auto (default): probe where it may

Exit status: 0 recorded, 1 could not attach or start, 2 usage.
`,
  report: `faultscope report [--json] FILE

Prints the figures of a recording: ioctls by result and latency, why they failed with the line that caused it,
threads that wait in vain, faults and their phases, call sites.

Exit status: 0, 1 unreadable, 2 usage.
`,
  compare: `faultscope compare [--json] A B

Prints two recordings side by side, B relative to A.

Exit status: 0, 1 unreadable, 2 usage.
`,
  export: `faultscope export --to perfetto|csv|jsonl|markdown|text [-o OUT] FILE

Writes a recording in another format, to OUT or stdout. perfetto: a trace for ui.perfetto.dev.

Exit status: 0, 1 unreadable or unwritable, 2 usage.
`,
  check: `faultscope check [--format pretty|json|sarif] PATH…

Finds userfaultfd mistakes in C, C++ and TypeScript sources.

Exit status: 0 nothing at warning or above, 1 some, 2 usage or unreadable.
`,
  targets: `faultscope targets [--json]

Lists processes that hold a userfaultfd: pid, user, descriptors, registered bytes, faults that wait, command.
`,
  doctor: `faultscope doctor [--json]

Says what this machine allows and the remedy for what it does not.

Exit status: 0 can trace, 1 cannot.
`,
};
