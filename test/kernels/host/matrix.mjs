// Which kernels, and what each is in the matrix for. `facts` are what a program finds that knows nothing of Faultscope:
// when Debian's kernel no longer is what we think it is, that is a failure of its own.

/** No UFFDIO_MOVE before Linux 6.8; fentry and kprobes in all of Debian's kernels. */
export const kernels = [
  { suite: "bookworm", release: /^6\.1\./, facts: { move: "absent" } },
  { suite: "bookworm-backports", release: /^6\.12\./, facts: { move: "works" } },
  { suite: "sid", release: /^([7-9]|\d\d)\./, facts: { move: "works" } },
];

/** Any other suite, of which nothing is expected but that the product agrees with the kernel. */
export const otherKernel = (suite) => ({ suite, release: /./, facts: {} });

/** What is wrong with the kernel's facts: sentences, empty when all is as expected. */
export function wrongFacts(kernel, facts) {
  const wrong = [];
  const works = (name) => facts[name] === 0;
  if (!kernel.release.test(facts.release)) wrong.push(`the kernel is ${facts.release}`);
  if (!works("userfaultfd")) wrong.push(`userfaultfd fails with errno ${facts.userfaultfd}`);
  if (!works("btf")) wrong.push("there is no /sys/kernel/btf/vmlinux");
  if (kernel.facts.move !== undefined && works("move") !== (kernel.facts.move === "works")) {
    wrong.push(`UFFDIO_MOVE should be ${kernel.facts.move}, but gave ${facts.move}`);
  }
  for (const name of ["kprobe", "fentry"]) {
    if (!works(name)) wrong.push(`a ${name} on handle_userfault gives ${facts[name]}`);
  }
  return wrong;
}
