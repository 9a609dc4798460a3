#ifndef HEADGATE_CONVERSATION_H
#define HEADGATE_CONVERSATION_H

#include "CGitTransport.h"
#include <git2.h>
#include <git2/sys/transport.h>

/* Records the first problem and tells libgit2; returns its error code. */
int headgate_fail(headgate_conversation *conversation, headgate_problem problem, int64_t detail);

/* Keeps the end of what the other side says. */
void headgate_say(headgate_conversation *conversation, const char *bytes, size_t length);

/* Looks for capabilities in the bytes of an advertisement. */
void headgate_note_advertisement(headgate_conversation *conversation, const char *bytes, size_t length);

/* The commands of a push with the capability `atomic` added, in new memory; NULL when they are to be sent as they are. */
char *headgate_ask_atomic(const headgate_conversation *conversation, const char *bytes, size_t length, size_t *out_length);

/* Milliseconds that may still be waited when the last sign of life was at `since`; 0 when none. */
int64_t headgate_patience_ms(const headgate_conversation *conversation, int64_t since, int64_t silence);

int headgate_child_subtransport(git_smart_subtransport **out, git_transport *owner, void *conversation);
int headgate_http_subtransport(git_smart_subtransport **out, git_transport *owner, void *conversation);

#endif
