// What the build, the tests and the demo need from the system, and how to see whether it is there.
import { existsSync, readFileSync } from "node:fs";
import { findBrowser } from "./browser.mjs";
import { which } from "./run.mjs";

const multiarch = "/usr/lib/x86_64-linux-gnu";

const command = (name) => () => which(name) !== undefined;
const anyFile =
  (...files) =>
  () =>
    files.some((file) => existsSync(file));
/** A static library and its header: both come with the development package. */
const library = (header, archive) => () =>
  existsSync(`/usr/include/${header}`) &&
  [multiarch, "/usr/lib64", "/usr/lib"].some((folder) => existsSync(`${folder}/${archive}`));

/** Needed to build the native parts. `name` is the package's name in Debian and Ubuntu. */
export const buildPackages = [
  { name: "gcc", present: command("gcc"), use: "compiles the probe" },
  { name: "g++", present: command("g++"), use: "compiles the addon" },
  { name: "make", present: command("make"), use: "runs the native build" },
  { name: "libc6-dev", present: anyFile("/usr/include/stdio.h"), use: "C headers" },
  { name: "clang", present: command("clang"), use: "compiles the BPF programs" },
  { name: "libbpf-dev", present: library("bpf/libbpf.h", "libbpf.a"), use: "loads the BPF programs" },
  { name: "libelf-dev", present: library("libelf.h", "libelf.a"), use: "needed by libbpf and libdw" },
  { name: "zlib1g-dev", present: library("zlib.h", "libz.a"), use: "needed by libelf" },
  { name: "libbz2-dev", present: library("bzlib.h", "libbz2.a"), use: "needed by libdw" },
  { name: "liblzma-dev", present: library("lzma.h", "liblzma.a"), use: "needed by libdw" },
  {
    name: "libzstd-dev",
    present: library("zstd.h", "libzstd.a"),
    use: "needed by libelf and libdw where they are newer",
  },
  { name: "libdw-dev", present: library("elfutils/libdwfl.h", "libdw.a"), use: "turns addresses into source lines" },
];

/** Needed by the kernel tests besides. */
export const kernelTestPackages = [
  {
    name: "libcap2-bin",
    present: anyFile("/usr/sbin/setcap", "/sbin/setcap", "/usr/bin/setcap"),
    use: "gives the probe its capabilities",
  },
  { name: "strace", present: command("strace"), use: "the independent observer the tests compare with" },
];

/** Needed by the tests that compare with an independent observer besides. */
export const observerPackages = [
  { name: "bpftrace", present: command("bpftrace"), use: "the independent observer that counts in the same run" },
  { name: "stress-ng", present: command("stress-ng"), use: "a program that uses userfaultfd and verifies itself" },
  { name: "qemu-system-x86", present: command("qemu-system-x86_64"), use: "a migration that fetches pages on demand" },
];

const isUbuntu = () => existsSync("/etc/os-release") && /^ID=ubuntu$/m.test(readFileSync("/etc/os-release", "utf8"));

/** Needed by the end-to-end tests besides. Ubuntu's chromium is a snap, which cannot be driven: it gets the libraries only. */
export const browserPackages = () => [
  { name: "fonts-dejavu-core", present: anyFile("/usr/share/fonts/truetype/dejavu"), use: "text in screenshots" },
  ...(isUbuntu()
    ? [{ name: "libnss3", present: anyFile(`${multiarch}/libnss3.so`), use: "needed by the browser of the tests" }]
    : [{ name: "chromium", present: () => findBrowser() !== undefined, use: "the browser of the end-to-end tests" }]),
];

/** Those of a list that are not there. */
export const missing = (packages) => packages.filter((each) => !each.present());
