#ifndef HEADGATE_CGITTRANSPORT_H
#define HEADGATE_CGITTRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a conversation with a remote stands; says in an error what was being waited for. */
typedef enum {
    HEADGATE_STAGE_CONNECT,
    HEADGATE_STAGE_LIST,
    HEADGATE_STAGE_SEND,
    HEADGATE_STAGE_RECEIVE,
} headgate_stage;

/* What went wrong below libgit2, which itself only says -1. `detail` depends on it. */
typedef enum {
    HEADGATE_FINE,
    HEADGATE_TIMED_OUT,
    HEADGATE_CLOSED,     /* the peer ended; detail: exit status of the child, -1 unknown */
    HEADGATE_SYSTEM,     /* detail: errno */
    HEADGATE_CURL,       /* detail: CURLcode */
    HEADGATE_STATUS,     /* detail: HTTP status */
    HEADGATE_REDIRECTED, /* text: where to */
    HEADGATE_CONTENT,    /* text: the content type that no git server sends */
} headgate_problem;

typedef enum {
    HEADGATE_URL,
    HEADGATE_USERNAME,
    HEADGATE_PASSWORD,
    HEADGATE_BEARER,
    HEADGATE_AUTHORITIES, /* PEM file of certificate authorities */
    HEADGATE_PROXY,
} headgate_setting;
#define HEADGATE_SETTINGS 6

typedef enum {
    HEADGATE_UPLOAD_PACK,
    HEADGATE_RECEIVE_PACK,
    HEADGATE_ENVIRONMENT,
} headgate_list;
#define HEADGATE_LISTS 3

/* The size of `text` and of `seen`. */
#define HEADGATE_MEMORY 4096

/* One exchange with one remote: how to reach it, and how far it came. Owned by one thread at a time. */
typedef struct {
    bool over_http;       /* else a child process per service */
    bool allow_plaintext; /* http:// as well as https:// */
    bool tls_1_3_only;
    bool ask_atomic;      /* ask for an atomic push where it is offered */
    int64_t connect_timeout_ms;
    int64_t silence_timeout_ms;
    int64_t deadline_ms; /* on headgate_now_ms's clock */

    headgate_stage stage;
    headgate_problem problem;
    int64_t detail;
    bool atomic_offered;
    size_t text_length;
    char *text; /* the end of what the other side said in words */

    size_t seen_length;
    bool seen_all;
    char *seen; /* the beginning of the advertisement, until its capabilities are complete */

    char *settings[HEADGATE_SETTINGS];
    char **lists[HEADGATE_LISTS];
    size_t list_lengths[HEADGATE_LISTS];
} headgate_conversation;

headgate_conversation *headgate_conversation_new(void);
void headgate_conversation_free(headgate_conversation *conversation);
int headgate_conversation_set(headgate_conversation *conversation, headgate_setting setting, const char *value);
int headgate_conversation_add(headgate_conversation *conversation, headgate_list list, const char *value);

/* libgit2's types are only named here, so that they belong to the module of libgit2 alone. */
struct git_transport;
struct git_remote;

/* A `git_transport_cb` whose payload is a conversation that outlives the remote. */
int headgate_transport(struct git_transport **out, struct git_remote *owner, void *conversation);

/* Milliseconds on a clock that never jumps. */
int64_t headgate_now_ms(void);

/* libgit2's process-wide options, which are variadic. */
int headgate_set_search_path(int level, const char *path);
int headgate_set_owner_validation(int enabled);

/* Makes writing to a peer that is gone an error instead of the end of the process, unless somebody handles the signal. */
void headgate_ignore_broken_pipes(void);

#endif
