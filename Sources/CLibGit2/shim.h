#ifndef HEADGATE_CLIBGIT2_H
#define HEADGATE_CLIBGIT2_H
#include <git2.h>
#include <git2/sys/commit.h>
#include <git2/sys/transport.h>
#endif
