#include "conversation.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

headgate_conversation *headgate_conversation_new(void) {
    headgate_conversation *conversation = calloc(1, sizeof *conversation);
    if (!conversation) return NULL;
    conversation->text = malloc(HEADGATE_MEMORY);
    conversation->seen = malloc(HEADGATE_MEMORY);
    if (conversation->text && conversation->seen) return conversation;
    headgate_conversation_free(conversation);
    return NULL;
}

static void free_secret(char *value) {
    if (!value) return;
    explicit_bzero(value, strlen(value));
    free(value);
}

void headgate_conversation_free(headgate_conversation *conversation) {
    if (!conversation) return;
    for (size_t i = 0; i < HEADGATE_SETTINGS; i++) free_secret(conversation->settings[i]);
    for (size_t i = 0; i < HEADGATE_LISTS; i++) {
        for (size_t j = 0; j < conversation->list_lengths[i]; j++) free(conversation->lists[i][j]);
        free(conversation->lists[i]);
    }
    free(conversation->text);
    free(conversation->seen);
    free(conversation);
}

int headgate_conversation_set(headgate_conversation *conversation, headgate_setting setting, const char *value) {
    char *copy = strdup(value);
    if (!copy) return -1;
    free_secret(conversation->settings[setting]);
    conversation->settings[setting] = copy;
    return 0;
}

/* The lists stay terminated by NULL, as exec wants them. */
int headgate_conversation_add(headgate_conversation *conversation, headgate_list list, const char *value) {
    size_t length = conversation->list_lengths[list];
    char **grown = realloc(conversation->lists[list], (length + 2) * sizeof(char *));
    if (!grown) return -1;
    conversation->lists[list] = grown;
    grown[length] = strdup(value);
    grown[length + 1] = NULL;
    if (!grown[length]) return -1;
    conversation->list_lengths[list] = length + 1;
    return 0;
}

int64_t headgate_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t headgate_patience_ms(const headgate_conversation *conversation, int64_t since, int64_t silence) {
    int64_t now = headgate_now_ms();
    int64_t left = since + silence - now;
    int64_t total = conversation->deadline_ms - now;
    if (total < left) left = total;
    return left > 0 ? left : 0;
}

int headgate_fail(headgate_conversation *conversation, headgate_problem problem, int64_t detail) {
    if (conversation->problem == HEADGATE_FINE) {
        conversation->problem = problem;
        conversation->detail = detail;
    }
    git_error_set_str(GIT_ERROR_NET, "the conversation with the remote failed");
    return -1;
}

void headgate_say(headgate_conversation *conversation, const char *bytes, size_t length) {
    const size_t room = HEADGATE_MEMORY;
    if (length > room) {
        bytes += length - room;
        length = room;
    }
    size_t kept = conversation->text_length;
    if (kept + length > room) {
        size_t drop = kept + length - room;
        memmove(conversation->text, conversation->text + drop, kept - drop);
        kept -= drop;
    }
    memcpy(conversation->text + kept, bytes, length);
    conversation->text_length = kept + length;
}

static bool lists_capability(const char *capabilities, size_t length, const char *name) {
    size_t width = strlen(name);
    for (size_t i = 0; i + width <= length; i++) {
        bool starts = i == 0 || capabilities[i - 1] == ' ';
        bool ends = i + width == length || capabilities[i + width] == ' ';
        if (starts && ends && memcmp(capabilities + i, name, width) == 0) return true;
    }
    return false;
}

/* Capabilities follow the NUL of the first advertised ref, to the end of its line. */
void headgate_note_advertisement(headgate_conversation *conversation, const char *bytes, size_t length) {
    size_t room = HEADGATE_MEMORY - conversation->seen_length;
    if (conversation->seen_all || room == 0) return;
    if (length > room) length = room;
    memcpy(conversation->seen + conversation->seen_length, bytes, length);
    conversation->seen_length += length;

    const char *end = conversation->seen + conversation->seen_length;
    const char *start = memchr(conversation->seen, 0, conversation->seen_length);
    if (!start) return;
    start++;
    const char *stop = memchr(start, '\n', (size_t)(end - start));
    if (!stop) return;
    conversation->seen_all = true;
    conversation->atomic_offered = lists_capability(start, (size_t)(stop - start), "atomic");
}

/* libgit2 1.5 cannot ask for it: its first line is `<length><old> <new> <ref>NUL<capabilities>`, with or without a line
   feed, and grows by one word. */
char *headgate_ask_atomic(const headgate_conversation *conversation, const char *bytes, size_t length, size_t *out_length) {
    static const char word[] = " atomic";
    const size_t width = sizeof word - 1;
    if (!conversation->ask_atomic || !conversation->atomic_offered || length < 4) return NULL;

    char digits[5] = {bytes[0], bytes[1], bytes[2], bytes[3], 0};
    char *rest;
    unsigned long line = strtoul(digits, &rest, 16);
    if (*rest != 0 || line < 5 || line > length || line + width > 0xffff) return NULL;
    if (!memchr(bytes, 0, line)) return NULL;

    size_t insertion = bytes[line - 1] == '\n' ? line - 1 : line;
    char *asked = malloc(length + width);
    if (!asked) return NULL;
    memcpy(asked, bytes, insertion);
    memcpy(asked + insertion, word, width);
    memcpy(asked + insertion + width, bytes + insertion, length - insertion);
    snprintf(digits, sizeof digits, "%04lx", line + width);
    memcpy(asked, digits, 4);
    *out_length = length + width;
    return asked;
}

int headgate_transport(git_transport **out, git_remote *owner, void *payload) {
    headgate_conversation *conversation = payload;
    git_smart_subtransport_definition definition = {
        conversation->over_http ? headgate_http_subtransport : headgate_child_subtransport,
        conversation->over_http,
        conversation,
    };
    return git_transport_smart(out, owner, &definition);
}

int headgate_set_search_path(int level, const char *path) { return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, path); }

int headgate_set_owner_validation(int enabled) { return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled); }

void headgate_ignore_broken_pipes(void) {
    struct sigaction present;
    if (sigaction(SIGPIPE, NULL, &present) == 0 && present.sa_handler == SIG_DFL) signal(SIGPIPE, SIG_IGN);
}
