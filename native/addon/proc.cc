#include "proc.h"

#include <dirent.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "text.h"

namespace faultscope {

namespace {

constexpr size_t kMaxCommand = 4096;

std::string read_text(const std::string& path, size_t limit) {
  std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "re"), [](FILE* f) { return f ? std::fclose(f) : 0; });
  if (!file) return {};
  std::string text(limit, '\0');
  text.resize(std::fread(text.data(), 1, limit, file.get()));
  return text;
}

}  // namespace

std::string command_of(uint32_t pid) {
  std::string base = "/proc/" + std::to_string(pid);
  std::string command = printable(read_text(base + "/cmdline", kMaxCommand));
  return command.empty() ? "[" + printable(read_text(base + "/comm", 64)) + "]" : command;
}

uint32_t parent_of(uint32_t pid) {
  std::string stat = read_text("/proc/" + std::to_string(pid) + "/stat", 1024);
  size_t after_name = stat.rfind(')');
  unsigned parent = 0;
  if (after_name == std::string::npos || std::sscanf(stat.c_str() + after_name + 1, " %*c %u", &parent) != 1) return 0;
  return parent;
}

std::vector<ThreadName> threads_of(uint32_t pid) {
  std::string base = "/proc/" + std::to_string(pid) + "/task";
  std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(base.c_str()), [](DIR* d) { return d ? closedir(d) : 0; });
  std::vector<ThreadName> threads;
  if (!directory) return threads;
  while (const dirent* entry = readdir(directory.get())) {
    if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
    std::string name = printable(read_text(base + "/" + entry->d_name + "/comm", 64));
    threads.push_back({static_cast<uint32_t>(std::strtoul(entry->d_name, nullptr, 10)), name});
  }
  return threads;
}

}  // namespace faultscope
