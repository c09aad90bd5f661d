#include "uffd.h"

static void *serve(void *argument) {
  struct handler *handler = argument;
  static char page[PAGE] __attribute__((aligned(4096)));
  pthread_setname_np(pthread_self(), "handler");
  for (size_t i = 0; i < handler->faults; i++) {
    struct uffd_msg message;
    if (!read_message(handler->uffd, &message, 10000)) die("no message");
    char *at = (char *)(message.arg.pagefault.address & ~(PAGE - 1));
    int error = handler->source ? move_pages_of(handler->uffd, at, handler->source + (at - handler->range), 1)
                                : copy_pages_of(handler->uffd, at, page, 1);
    if (error && error != EEXIST) die("resolve");
  }
  return NULL;
}

void start_handler(struct handler *handler) {
  if (pthread_create(&handler->thread, NULL, serve, handler) != 0) die("pthread_create");
}
