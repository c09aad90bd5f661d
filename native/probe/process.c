/* What the kernel prints about a process in /proc: numbers only, nothing the process chose. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe.h"

bool read_process_stat(unsigned pid, struct process_stat *stat) {
  char path[64], text[1024];
  snprintf(path, sizeof(path), "/proc/%u/stat", pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t length = read(fd, text, sizeof(text) - 1);
  close(fd);
  if (length <= 0) return false;
  text[length] = 0;
  /* The name in parentheses may hold anything, so fields are counted from the last parenthesis. */
  char *rest = strrchr(text, ')');
  if (!rest) return false;
  unsigned long long start = 0;
  char state = 0;
  int fields = sscanf(rest + 1, " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
                      &state, &start);
  if (fields != 2) return false;
  stat->state = state;
  stat->start_time = start;
  return true;
}

int list_threads(unsigned pid, unsigned **tids) {
  char path[64];
  snprintf(path, sizeof(path), "/proc/%u/task", pid);
  DIR *directory = opendir(path);
  if (!directory) return -1;
  unsigned *list = NULL;
  int count = 0, capacity = 0;
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
    if (count == capacity) {
      capacity = capacity ? capacity * 2 : 64;
      unsigned *more = realloc(list, (size_t)capacity * sizeof(*list));
      if (!more) {
        free(list);
        closedir(directory);
        errno = ENOMEM;
        return -1;
      }
      list = more;
    }
    list[count++] = (unsigned)strtoul(entry->d_name, NULL, 10);
  }
  closedir(directory);
  *tids = list;
  return count;
}
