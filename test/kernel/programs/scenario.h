/* What scenarios.c runs from other files. A scenario leaves figures for the test in `extra`, as JSON members. */
#ifndef SCENARIO_H
#define SCENARIO_H

extern char extra[256];

void kinds(int uffd);
void woken_in_vain(int uffd);
void refused_fault(int uffd);
void preempted(int uffd);

void buffers(int uffd);
void mergeable(int uffd);
void block_early(int uffd);
void resolve_early(int uffd);

#endif
