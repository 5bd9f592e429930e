#pragma once
#include <curl/curl.h>
#include <linux/memfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// Swift does not import variadic functions. Each wrapper passes one type, so that a wrong one does not compile.

static inline CURLcode curl_easy_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curl_easy_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

/// libcurl copies the text, except for CURLOPT_POSTFIELDS. NULL unsets the option.
static inline CURLcode curl_easy_set_text(CURL *easy, CURLoption option, const char *text) {
    return curl_easy_setopt(easy, option, text);
}

/// Copies `CURLOPT_POSTFIELDSIZE_LARGE` octets: set that option first.
static inline CURLcode curl_easy_set_copied_body(CURL *easy, const void *octets) {
    return curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, octets);
}

/// The list must live until the transfer has ended.
static inline CURLcode curl_easy_set_headers(CURL *easy, struct curl_slist *headers) {
    return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
}

static inline CURLcode curl_easy_set_private(CURL *easy, void *context) {
    return curl_easy_setopt(easy, CURLOPT_PRIVATE, context);
}

static inline CURLcode curl_easy_set_header_function(CURL *easy, curl_write_callback function, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, function);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_HEADERDATA, context) : code;
}

static inline CURLcode curl_easy_set_write_function(CURL *easy, curl_write_callback function, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, function);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_WRITEDATA, context) : code;
}

static inline CURLcode curl_easy_set_read_function(CURL *easy, curl_read_callback function, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_READFUNCTION, function);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_READDATA, context) : code;
}

static inline CURLcode curl_easy_set_seek_function(CURL *easy, curl_seek_callback function, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, function);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_SEEKDATA, context) : code;
}

static inline CURLcode curl_easy_set_opensocket_function(
    CURL *easy, curl_opensocket_callback function, void *context
) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, function);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, context) : code;
}

static inline CURLcode curl_easy_set_prereq_function(CURL *easy, curl_prereq_callback function, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, function);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_PREREQDATA, context) : code;
}

/// The value of a `long`, or 0 when libcurl does not know it.
static inline long curl_easy_get_long(CURL *easy, CURLINFO info) {
    long value = 0;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

/// The value of a `curl_off_t`, such as a time in microseconds, or 0 when libcurl does not know it.
static inline curl_off_t curl_easy_get_offset(CURL *easy, CURLINFO info) {
    curl_off_t value = 0;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

/// A text that lives until the handle is used again, or NULL.
static inline const char *curl_easy_get_text(CURL *easy, CURLINFO info) {
    char *value = NULL;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : NULL;
}

static inline void *curl_easy_get_private(CURL *easy) {
    void *value = NULL;
    return curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&value) == CURLE_OK ? value : NULL;
}

static inline CURLMcode curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/// The transfer that a message of `curl_multi_info_read` speaks of.
static inline CURL *curl_message_easy(const CURLMsg *message) {
    return message->easy_handle;
}

/// How the transfer of a `CURLMSG_DONE` ended.
static inline CURLcode curl_message_result(const CURLMsg *message) {
    return message->data.result;
}

/// What the library in this process is and can do; static data.
static inline const curl_version_info_data *curl_library_information(void) {
    return curl_version_info(CURLVERSION_NOW);
}

/// A file in memory without a name, for libcurl options that want a path; -1 and errno on failure.
static inline int memory_file_create(const char *label) {
    return (int)syscall(SYS_memfd_create, label, MFD_CLOEXEC);
}

/// Names the calling thread, at most 15 octets.
static inline void thread_set_name(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}

/// The family of a socket address.
static inline int sockaddr_family(const struct sockaddr *address) {
    return address->sa_family;
}

/// The address that is about to be dialled; `addrlen` octets long.
static inline const struct sockaddr *curl_sockaddr_target(const struct curl_sockaddr *address) {
    return &address->addr;
}
