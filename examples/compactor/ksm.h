#ifndef COMPACTOR_KSM_H
#define COMPACTOR_KSM_H

#include "collector.h"

/* Says in one sentence what KSM will do here: whether ksmd runs at all. */
const char *ksm_note(void);

/* Waits until ksmd has merged most pages, at most some seconds, not at all when it does not run. */
void ksm_wait(struct collector *c);

/* Pages of this process that are merged now; -1 when the kernel does not tell (before 6.1). */
long ksm_merged_pages(void);

#endif
