/* A transport over HTTPS with libcurl: each request of git's protocol is one HTTP request on a kept connection. */

#include "conversation.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_LIMIT 1024
#define REDIRECT_LIMIT 3

typedef struct {
    char *bytes;
    size_t length, capacity;
} buffer;

static int append(buffer *self, const char *bytes, size_t length) {
    if (length > SIZE_MAX / 2 - self->length) return -1;
    if (self->length + length > self->capacity) {
        size_t capacity = (self->length + length) * 2;
        char *grown = realloc(self->bytes, capacity);
        if (!grown) return -1;
        self->bytes = grown;
        self->capacity = capacity;
    }
    if (length > 0) memcpy(self->bytes + self->length, bytes, length);
    self->length += length;
    return 0;
}

typedef struct {
    git_smart_subtransport subtransport;
    headgate_conversation *conversation;
    CURLM *multi;
    CURL *easy;
    char *base; /* the repository's URL, after redirects on the same origin */
} http;

typedef struct {
    git_smart_subtransport_stream stream;
    http *owner;
    git_smart_service_t service;
    struct curl_slist *headers;
    buffer request, response;
    size_t taken;
    bool begun, finished, checked, unwanted;
    CURLcode result;
} exchange;

static bool lists_references(git_smart_service_t service) {
    return service == GIT_SERVICE_UPLOADPACK_LS || service == GIT_SERVICE_RECEIVEPACK_LS;
}

static const char *service_name(git_smart_service_t service) {
    bool upload = service == GIT_SERVICE_UPLOADPACK_LS || service == GIT_SERVICE_UPLOADPACK;
    return upload ? "git-upload-pack" : "git-receive-pack";
}

/* Whether the response is what a git server answers; otherwise its body is only read for its words. */
static bool wanted(exchange *self) {
    if (self->checked) return !self->unwanted;
    headgate_conversation *conversation = self->owner->conversation;
    long status = 0;
    const char *type = NULL;
    char expected[64];
    curl_easy_getinfo(self->owner->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(self->owner->easy, CURLINFO_CONTENT_TYPE, &type);
    snprintf(expected, sizeof expected, "application/x-%s-%s", service_name(self->service),
        lists_references(self->service) ? "advertisement" : "result");
    self->checked = true;
    if (status != 200) {
        self->unwanted = true;
        if (status < 300 || status > 399) headgate_fail(conversation, HEADGATE_STATUS, status);
    } else if (!type || strncmp(type, expected, strlen(expected)) != 0) {
        self->unwanted = true;
        headgate_fail(conversation, HEADGATE_CONTENT, 0);
        if (type) headgate_say(conversation, type, strlen(type));
    }
    return !self->unwanted;
}

static size_t receive(char *bytes, size_t size, size_t count, void *context) {
    exchange *self = context;
    headgate_conversation *conversation = self->owner->conversation;
    size_t length = size * count;
    if (wanted(self)) {
        if (lists_references(self->service)) headgate_note_advertisement(conversation, bytes, length);
        conversation->stage = lists_references(self->service) ? HEADGATE_STAGE_LIST : HEADGATE_STAGE_RECEIVE;
        return append(&self->response, bytes, length) == 0 ? length : 0;
    }
    if (conversation->problem == HEADGATE_STATUS && conversation->text_length < TEXT_LIMIT) {
        size_t room = TEXT_LIMIT - conversation->text_length;
        headgate_say(conversation, bytes, length < room ? length : room);
    }
    return length;
}

static void set_credentials(CURL *easy, const headgate_conversation *conversation) {
    char *const *settings = conversation->settings;
    if (settings[HEADGATE_BEARER]) {
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
        curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, settings[HEADGATE_BEARER]);
    } else if (settings[HEADGATE_PASSWORD]) {
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(easy, CURLOPT_USERNAME, settings[HEADGATE_USERNAME] ? settings[HEADGATE_USERNAME] : "");
        curl_easy_setopt(easy, CURLOPT_PASSWORD, settings[HEADGATE_PASSWORD]);
    }
}

static void set_connection(CURL *easy, const headgate_conversation *conversation) {
    char *const *settings = conversation->settings;
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, conversation->allow_plaintext ? "http,https" : "https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION,
        (long)(conversation->tls_1_3_only ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)conversation->connect_timeout_ms);
    if (settings[HEADGATE_AUTHORITIES]) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, settings[HEADGATE_AUTHORITIES]);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    if (settings[HEADGATE_PROXY]) curl_easy_setopt(easy, CURLOPT_PROXY, settings[HEADGATE_PROXY]);
}

static int add_header(exchange *self, const char *format, const char *value) {
    char line[160];
    snprintf(line, sizeof line, format, value);
    struct curl_slist *grown = curl_slist_append(self->headers, line);
    if (!grown) return -1;
    self->headers = grown;
    return 0;
}

static int begin(exchange *self, const char *url) {
    http *owner = self->owner;
    CURL *easy = owner->easy;
    const char *service = service_name(self->service);
    curl_easy_reset(easy);
    set_connection(easy, owner->conversation);
    set_credentials(easy, owner->conversation);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "git/2.0 (headgate)");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, self);

    curl_slist_free_all(self->headers);
    self->headers = NULL;
    int failed = add_header(self, "Expect:%s", "");
    if (!lists_references(self->service)) {
        failed |= add_header(self, "Content-Type: application/x-%s-request", service);
        failed |= add_header(self, "Accept: application/x-%s-result", service);
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, self->request.bytes ? self->request.bytes : "");
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)self->request.length);
    }
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, self->headers);
    self->begun = true;
    self->finished = self->checked = self->unwanted = false;
    if (failed || curl_multi_add_handle(owner->multi, easy) != CURLM_OK) return -1;
    return 0;
}

static void end(exchange *self) {
    if (self->begun) curl_multi_remove_handle(self->owner->multi, self->owner->easy);
    self->begun = false;
}

static curl_off_t moved_bytes(CURL *easy) {
    curl_off_t up = 0, down = 0;
    long headers = 0;
    curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &up);
    curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
    curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &headers);
    return up + down + headers;
}

/* Runs the transfer until there are bytes to hand on or it is over. */
static int pump(exchange *self) {
    http *owner = self->owner;
    headgate_conversation *conversation = owner->conversation;
    int64_t since = headgate_now_ms();
    curl_off_t moved = moved_bytes(owner->easy);
    while (self->response.length == self->taken && !self->finished) {
        int running = 0;
        if (curl_multi_perform(owner->multi, &running) != CURLM_OK) return headgate_fail(conversation, HEADGATE_SYSTEM, 0);
        int queued = 0;
        for (CURLMsg *message; (message = curl_multi_info_read(owner->multi, &queued));) {
            if (message->msg != CURLMSG_DONE) continue;
            self->finished = true;
            self->result = message->data.result;
        }
        if (self->finished) break;
        curl_off_t now_moved = moved_bytes(owner->easy);
        if (now_moved != moved) since = headgate_now_ms();
        moved = now_moved;
        int64_t patience = headgate_patience_ms(conversation, since, conversation->silence_timeout_ms);
        if (patience == 0) return headgate_fail(conversation, HEADGATE_TIMED_OUT, 0);
        if (self->response.length == self->taken) {
            curl_multi_poll(owner->multi, NULL, 0, (int)(patience > 1000 ? 1000 : patience), NULL);
        }
    }
    return 0;
}

static bool same_part(CURLU *left, CURLU *right, CURLUPart part) {
    char *a = NULL, *b = NULL;
    curl_url_get(left, part, &a, CURLU_DEFAULT_PORT);
    curl_url_get(right, part, &b, CURLU_DEFAULT_PORT);
    bool same = a && b && strcasecmp(a, b) == 0;
    curl_free(a);
    curl_free(b);
    return same;
}

static bool same_origin(const char *left, const char *right) {
    CURLU *a = curl_url(), *b = curl_url();
    bool same = a && b && curl_url_set(a, CURLUPART_URL, left, 0) == CURLUE_OK
        && curl_url_set(b, CURLUPART_URL, right, 0) == CURLUE_OK && same_part(a, b, CURLUPART_SCHEME)
        && same_part(a, b, CURLUPART_HOST) && same_part(a, b, CURLUPART_PORT);
    curl_url_cleanup(a);
    curl_url_cleanup(b);
    return same;
}

/* A redirect is followed on the same origin only, so that a credential never meets another host. */
static int follow(exchange *self, const char *suffix) {
    http *owner = self->owner;
    const char *location = NULL;
    curl_easy_getinfo(owner->easy, CURLINFO_REDIRECT_URL, &location);
    size_t end_length = strlen(suffix), length = location ? strlen(location) : 0;
    bool followable = length > end_length && strcmp(location + length - end_length, suffix) == 0
        && same_origin(owner->base, location);
    if (!followable) {
        /* Without its query, which may hold a token. */
        if (location) headgate_say(owner->conversation, location, strcspn(location, "?#"));
        return headgate_fail(owner->conversation, HEADGATE_REDIRECTED, 0);
    }
    char *base = strndup(location, length - end_length);
    if (!base) return headgate_fail(owner->conversation, HEADGATE_SYSTEM, 0);
    free(owner->base);
    owner->base = base;
    return 0;
}

static int start(exchange *self) {
    char suffix[64];
    snprintf(suffix, sizeof suffix, lists_references(self->service) ? "/info/refs?service=%s" : "/%s", service_name(self->service));
    headgate_conversation *conversation = self->owner->conversation;
    conversation->stage = lists_references(self->service) ? HEADGATE_STAGE_CONNECT : HEADGATE_STAGE_SEND;
    for (int redirects = 0; redirects <= REDIRECT_LIMIT; redirects++) {
        size_t length = strlen(self->owner->base) + strlen(suffix) + 1;
        char *url = malloc(length);
        if (!url) return headgate_fail(conversation, HEADGATE_SYSTEM, 0);
        snprintf(url, length, "%s%s", self->owner->base, suffix);
        int failed = begin(self, url);
        free(url);
        if (failed) return headgate_fail(conversation, HEADGATE_SYSTEM, 0);
        if (pump(self) < 0) return -1;
        long status = 0;
        curl_easy_getinfo(self->owner->easy, CURLINFO_RESPONSE_CODE, &status);
        if (!self->finished || self->result != CURLE_OK || status < 300 || status > 399) return 0;
        if (!lists_references(self->service)) return headgate_fail(conversation, HEADGATE_REDIRECTED, 0);
        if (follow(self, suffix) < 0) return -1;
        end(self);
    }
    return headgate_fail(conversation, HEADGATE_REDIRECTED, 0);
}

static int http_read(git_smart_subtransport_stream *stream, char *bytes, size_t size, size_t *count) {
    exchange *self = (exchange *)stream;
    headgate_conversation *conversation = self->owner->conversation;
    *count = 0;
    if (!self->begun && !self->finished && start(self) < 0) return -1;
    if (pump(self) < 0) return -1;
    if (self->finished && self->result == CURLE_OPERATION_TIMEDOUT) return headgate_fail(conversation, HEADGATE_TIMED_OUT, 0);
    if (self->finished && self->result != CURLE_OK) {
        const char *words = curl_easy_strerror(self->result);
        headgate_say(conversation, words, strlen(words));
        return headgate_fail(conversation, HEADGATE_CURL, self->result);
    }
    if (self->finished && !wanted(self)) return headgate_fail(conversation, HEADGATE_STATUS, 0);

    size_t available = self->response.length - self->taken;
    *count = available < size ? available : size;
    if (*count > 0) memcpy(bytes, self->response.bytes + self->taken, *count);
    self->taken += *count;
    if (self->taken == self->response.length) self->taken = self->response.length = 0;
    return 0;
}

static int http_write(git_smart_subtransport_stream *stream, const char *bytes, size_t length) {
    exchange *self = (exchange *)stream;
    size_t asked_length = 0;
    char *asked = NULL;
    if (self->service == GIT_SERVICE_RECEIVEPACK && self->request.length == 0) {
        asked = headgate_ask_atomic(self->owner->conversation, bytes, length, &asked_length);
    }
    int failed = asked ? append(&self->request, asked, asked_length) : append(&self->request, bytes, length);
    free(asked);
    return failed ? headgate_fail(self->owner->conversation, HEADGATE_SYSTEM, 0) : 0;
}

static void http_stream_free(git_smart_subtransport_stream *stream) {
    exchange *self = (exchange *)stream;
    end(self);
    curl_slist_free_all(self->headers);
    free(self->request.bytes);
    free(self->response.bytes);
    free(self);
}

static int http_action(git_smart_subtransport_stream **out, git_smart_subtransport *subtransport, const char *url, git_smart_service_t service) {
    http *owner = (http *)subtransport;
    (void)url;
    exchange *self = calloc(1, sizeof *self);
    if (!self) return -1;
    if (lists_references(service)) {
        owner->conversation->seen_length = 0;
        owner->conversation->seen_all = false;
    }
    self->owner = owner;
    self->service = service;
    self->stream.subtransport = subtransport;
    self->stream.read = http_read;
    self->stream.write = http_write;
    self->stream.free = http_stream_free;
    *out = &self->stream;
    return 0;
}

static int http_close(git_smart_subtransport *subtransport) {
    (void)subtransport;
    return 0;
}

static void http_free(git_smart_subtransport *subtransport) {
    http *self = (http *)subtransport;
    curl_easy_cleanup(self->easy);
    curl_multi_cleanup(self->multi);
    free(self->base);
    free(self);
}

static void initialize_curl(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

int headgate_http_subtransport(git_smart_subtransport **out, git_transport *owner, void *payload) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, initialize_curl);
    (void)owner;
    headgate_conversation *conversation = payload;
    http *self = calloc(1, sizeof *self);
    if (!self) return -1;
    self->conversation = conversation;
    self->subtransport.action = http_action;
    self->subtransport.close = http_close;
    self->subtransport.free = http_free;
    self->multi = curl_multi_init();
    self->easy = curl_easy_init();
    self->base = strdup(conversation->settings[HEADGATE_URL] ? conversation->settings[HEADGATE_URL] : "");
    if (!self->multi || !self->easy || !self->base) {
        http_free(&self->subtransport);
        return -1;
    }
    *out = &self->subtransport;
    return 0;
}
