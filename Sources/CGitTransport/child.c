/* A transport over a child process that speaks git's protocol on its standard input and output: `ssh` to a host, or
   git's own server programs on a path of this machine. */

#define _GNU_SOURCE
#include "conversation.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct {
    git_smart_subtransport subtransport;
    git_smart_subtransport_stream stream;
    headgate_conversation *conversation;
    pid_t pid;    /* 0 when none runs */
    int channel;  /* a socket, so that writing to a dead child is an error and not a signal */
    int words;    /* its standard error */
    int status;   /* exit status once reaped, else -1 */
    bool started; /* it has sent a byte */
    bool receives;
    bool asked;   /* the commands of a push have been sent */
    bool ended;
    bool deaf;    /* it reads no more */
} child;

static child *child_of_stream(git_smart_subtransport_stream *stream) {
    return (child *)((char *)stream - offsetof(child, stream));
}

static void close_descriptor(int *descriptor) {
    if (*descriptor >= 0) close(*descriptor);
    *descriptor = -1;
}

static void listen_to_words(child *self) {
    char bytes[1024];
    while (self->words >= 0) {
        ssize_t count = read(self->words, bytes, sizeof bytes);
        if (count > 0) {
            headgate_say(self->conversation, bytes, (size_t)count);
        } else if (count < 0 && errno == EINTR) {
            continue;
        } else {
            if (count == 0 || errno != EAGAIN) close_descriptor(&self->words);
            return;
        }
    }
}

/* Waits up to `limit_ms` for the child to exit; whether it has. */
static bool reaped(child *self, int64_t limit_ms) {
    int64_t until = headgate_now_ms() + limit_ms;
    for (;;) {
        int status = 0;
        pid_t result = waitpid(self->pid, &status, WNOHANG);
        if (result == self->pid || (result < 0 && errno == ECHILD)) {
            if (result > 0 && WIFEXITED(status)) self->status = WEXITSTATUS(status);
            self->pid = 0;
            return true;
        }
        listen_to_words(self);
        if (headgate_now_ms() >= until) return false;
        struct timespec pause = {0, 2000000};
        nanosleep(&pause, NULL);
    }
}

static void stop(child *self) {
    close_descriptor(&self->channel);
    if (self->pid > 0 && !reaped(self, 200)) {
        kill(-self->pid, SIGTERM);
        if (!reaped(self, 500)) {
            kill(-self->pid, SIGKILL);
            reaped(self, 2000);
        }
    }
    listen_to_words(self);
    close_descriptor(&self->words);
}

static int fail(child *self, headgate_problem problem, int64_t detail) {
    if (problem == HEADGATE_TIMED_OUT && self->pid > 0) kill(-self->pid, SIGTERM);
    stop(self);
    return headgate_fail(self->conversation, problem, detail);
}

/* Waits until the channel is ready; reads the child's words meanwhile. */
static int await(child *self, short events, int64_t since) {
    headgate_conversation *conversation = self->conversation;
    int64_t silence = self->started ? conversation->silence_timeout_ms : conversation->connect_timeout_ms;
    for (;;) {
        int64_t patience = headgate_patience_ms(conversation, since, silence);
        if (patience == 0) return fail(self, HEADGATE_TIMED_OUT, 0);
        struct pollfd descriptors[2] = {{self->channel, events, 0}, {self->words, POLLIN, 0}};
        int ready = poll(descriptors, 2, (int)(patience > 60000 ? 60000 : patience));
        if (ready < 0 && errno != EINTR) return fail(self, HEADGATE_SYSTEM, errno);
        if (ready <= 0) continue;
        if (descriptors[1].revents) listen_to_words(self);
        if (descriptors[0].revents) return 0;
    }
}

static int child_read(git_smart_subtransport_stream *stream, char *buffer, size_t size, size_t *count) {
    child *self = child_of_stream(stream);
    *count = 0;
    if (self->channel < 0 || self->ended) return fail(self, HEADGATE_CLOSED, self->status);
    if (self->asked || !self->receives) {
        if (self->conversation->stage == HEADGATE_STAGE_SEND) self->conversation->stage = HEADGATE_STAGE_RECEIVE;
    }
    int64_t since = headgate_now_ms();
    for (;;) {
        ssize_t received = recv(self->channel, buffer, size, MSG_DONTWAIT);
        if (received > 0) {
            if (!self->started) self->conversation->stage = HEADGATE_STAGE_LIST;
            self->started = true;
            if (self->receives && !self->asked) headgate_note_advertisement(self->conversation, buffer, (size_t)received);
            *count = (size_t)received;
            return 0;
        }
        if (received == 0 || errno == ECONNRESET) {
            /* libgit2 decides whether the end was due; what the child said is kept for the case that it was not. */
            self->ended = true;
            stop(self);
            headgate_fail(self->conversation, HEADGATE_CLOSED, self->status);
            return 0;
        }
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return fail(self, HEADGATE_SYSTEM, errno);
        if (await(self, POLLIN, since) < 0) return -1;
    }
}

static int send_all(child *self, const char *bytes, size_t length) {
    int64_t since = headgate_now_ms();
    while (length > 0) {
        ssize_t sent = send(self->channel, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            bytes += sent;
            length -= (size_t)sent;
            since = headgate_now_ms();
        } else if (sent < 0 && errno == EAGAIN) {
            if (await(self, POLLOUT, since) < 0) return -1;
        } else if (sent < 0 && errno != EINTR) {
            if (errno != EPIPE && errno != ECONNRESET) return fail(self, HEADGATE_SYSTEM, errno);
            /* A server that refuses what it is sent stops reading; why stands in the report that it has written. */
            self->deaf = true;
            return 0;
        }
    }
    return 0;
}

static int child_write(git_smart_subtransport_stream *stream, const char *bytes, size_t length) {
    child *self = child_of_stream(stream);
    if (self->channel < 0) return fail(self, HEADGATE_CLOSED, self->status);
    self->conversation->stage = HEADGATE_STAGE_SEND;
    if (self->deaf) return 0;
    size_t asked_length = 0;
    char *asked = NULL;
    if (self->receives && !self->asked) asked = headgate_ask_atomic(self->conversation, bytes, length, &asked_length);
    self->asked = true;
    int result = asked ? send_all(self, asked, asked_length) : send_all(self, bytes, length);
    free(asked);
    return result;
}

/* The stream is a part of the child and lives as long. */
static void child_stream_free(git_smart_subtransport_stream *stream) { (void)stream; }

static int spawn(child *self, char *const *arguments) {
    headgate_conversation *conversation = self->conversation;
    static char *const nothing[] = {NULL};
    char *const *environment = conversation->lists[HEADGATE_ENVIRONMENT];
    int channel[2] = {-1, -1}, words[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) < 0) return errno;
    if (pipe2(words, O_CLOEXEC) < 0) {
        int problem = errno;
        close(channel[0]);
        close(channel[1]);
        return problem;
    }

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;
    sigemptyset(&none);
    sigfillset(&defaults);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, channel[1], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, channel[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, words[1], STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    pid_t pid = 0;
    int problem = posix_spawnp(&pid, arguments[0], &actions, &attributes, arguments, environment ? environment : nothing);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    close(channel[1]);
    close(words[1]);
    if (problem != 0) {
        close(channel[0]);
        close(words[0]);
        return problem;
    }
    fcntl(words[0], F_SETFL, O_NONBLOCK);
    self->pid = pid;
    self->channel = channel[0];
    self->words = words[0];
    return 0;
}

static int child_action(git_smart_subtransport_stream **out, git_smart_subtransport *subtransport, const char *url, git_smart_service_t service) {
    child *self = (child *)subtransport;
    (void)url;
    *out = &self->stream;
    if (service == GIT_SERVICE_UPLOADPACK || service == GIT_SERVICE_RECEIVEPACK) return 0;

    stop(self);
    self->receives = service == GIT_SERVICE_RECEIVEPACK_LS;
    self->started = self->asked = self->ended = self->deaf = false;
    self->status = -1;
    self->conversation->stage = HEADGATE_STAGE_CONNECT;
    self->conversation->seen_length = 0;
    self->conversation->seen_all = false;
    char *const *arguments = self->conversation->lists[self->receives ? HEADGATE_RECEIVE_PACK : HEADGATE_UPLOAD_PACK];
    if (!arguments) return fail(self, HEADGATE_SYSTEM, EINVAL);
    int problem = spawn(self, arguments);
    return problem == 0 ? 0 : fail(self, HEADGATE_SYSTEM, problem);
}

static int child_close(git_smart_subtransport *subtransport) {
    stop((child *)subtransport);
    return 0;
}

static void child_free(git_smart_subtransport *subtransport) {
    stop((child *)subtransport);
    free(subtransport);
}

int headgate_child_subtransport(git_smart_subtransport **out, git_transport *owner, void *conversation) {
    (void)owner;
    child *self = calloc(1, sizeof *self);
    if (!self) return -1;
    self->conversation = conversation;
    self->channel = self->words = self->status = -1;
    self->subtransport.action = child_action;
    self->subtransport.close = child_close;
    self->subtransport.free = child_free;
    self->stream.subtransport = &self->subtransport;
    self->stream.read = child_read;
    self->stream.write = child_write;
    self->stream.free = child_stream_free;
    *out = &self->subtransport;
    return 0;
}
