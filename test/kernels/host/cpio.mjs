// An initramfs: a cpio archive in the `newc` format, which the kernel unpacks into its root file system.
// Format: Documentation/driver-api/early-userspace/buffer-format.rst of the kernel.
import { closeSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";

const hex = (value) => value.toString(16).padStart(8, "0");
const padded = (length) => (4 - (length % 4)) % 4;

/** One member: header, name and content, each padded to four bytes. */
function member(inode, name, mode, content) {
  const nameBytes = Buffer.from(`${name}\0`);
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, nameBytes.length, 0];
  const header = Buffer.from(`070701${fields.map(hex).join("")}`);
  const head = Buffer.concat([header, nameBytes]);
  return [head, Buffer.alloc(padded(head.length)), content, Buffer.alloc(padded(content.length))];
}

/**
 * Writes `file`. `entries` is a Map from absolute path in the guest to one of: `{ file }` a file of the host with its
 * permissions, `{ text, mode? }` a text, `{ link }` a symbolic link, `{ folder: true }`. Parent folders come by themselves.
 */
export function writeInitramfs(file, entries) {
  const folders = new Set();
  const addFolders = (path) => {
    const parent = dirname(path);
    if (parent === "/" || folders.has(parent)) return;
    addFolders(parent);
    folders.add(parent);
  };
  for (const [path, entry] of entries) addFolders(entry.folder ? `${path}/.` : path);

  const out = openSync(file, "w");
  let inode = 1;
  const write = (path, mode, content) => {
    for (const part of member(inode++, path.slice(1), mode, content)) writeSync(out, part);
  };
  try {
    for (const folder of folders) write(folder, 0o040755, Buffer.alloc(0));
    for (const [path, entry] of entries) {
      if (entry.folder) continue;
      if (entry.link !== undefined) write(path, 0o120777, Buffer.from(entry.link));
      else if (entry.text !== undefined) write(path, 0o100000 | (entry.mode ?? 0o644), Buffer.from(entry.text));
      else write(path, 0o100000 | (statSync(entry.file).mode & 0o777), readFileSync(entry.file));
    }
    write("/TRAILER!!!", 0, Buffer.alloc(0));
  } finally {
    closeSync(out);
  }
}
