#pragma once
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <openssl/core_names.h>
#include <openssl/params.h>

/// A new context for HMAC-SHA-256 with `key`; NULL when memory is short. `EVP_MAC_init(context, NULL, 0, NULL)`
/// makes it ready for the next text with the same key.
static inline EVP_MAC_CTX *transom_hmac_sha256(const unsigned char *key, size_t count) {
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
    EVP_MAC_free(hmac);
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    if (context && !EVP_MAC_init(context, key, count, parameters)) {
        EVP_MAC_CTX_free(context);
        return NULL;
    }
    return context;
}

// TLS: OpenSSL's macros as functions, so that Swift sees them with their types.

static inline long transom_SSL_CTX_set_min_proto_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}
static inline long transom_SSL_CTX_set_max_proto_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_max_proto_version(context, version);
}
static inline long transom_SSL_CTX_set1_groups_list(SSL_CTX *context, const char *groups) {
    return SSL_CTX_set1_groups_list(context, groups);
}
static inline long transom_SSL_CTX_set_dh_auto(SSL_CTX *context) {
    return SSL_CTX_set_dh_auto(context, 1);
}
static inline long transom_SSL_CTX_set_mode(SSL_CTX *context, long mode) {
    return SSL_CTX_set_mode(context, mode);
}
static inline long transom_SSL_CTX_set_session_cache_mode(SSL_CTX *context, long mode) {
    return SSL_CTX_set_session_cache_mode(context, mode);
}
static inline void transom_SSL_CTX_set_servername(
    SSL_CTX *context, int (*choose)(SSL *, int *, void *), void *argument) {
    SSL_CTX_set_tlsext_servername_callback(context, choose);
    SSL_CTX_set_tlsext_servername_arg(context, argument);
}
static inline long transom_SSL_set_server_name(SSL *ssl, const char *name) {
    return SSL_set_tlsext_host_name(ssl, name);
}
static inline long transom_SSL_get_extms_support(SSL *ssl) {
    return SSL_get_extms_support(ssl);
}
static inline EVP_PKEY *transom_EVP_P256_generate(void) {
    return EVP_EC_gen("P-256");
}
static inline STACK_OF(X509) *transom_X509_stack_new(void) { return sk_X509_new_null(); }
static inline int transom_X509_stack_push(STACK_OF(X509) *stack, X509 *certificate) {
    return sk_X509_push(stack, certificate);
}
/// Frees the stack, not the certificates.
static inline void transom_X509_stack_free(STACK_OF(X509) *stack) { sk_X509_free(stack); }

/// The subject's alternative names of a certificate, or NULL; the caller frees them with GENERAL_NAMES_free.
static inline GENERAL_NAMES *transom_subject_alternative_names(const X509 *certificate) {
    return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}
static inline int transom_general_names_count(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}
/// The text of name number `index` if it is of kind `type` (GEN_EMAIL, GEN_DNS), else NULL.
static inline const ASN1_STRING *transom_general_name(const GENERAL_NAMES *names, int index, int type) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    return name != NULL && name->type == type ? name->d.ia5 : NULL;
}
/// No renegotiation, no compression, and the server's order of cipher suites.
static inline void transom_SSL_CTX_set_server_options(SSL_CTX *context) {
    SSL_CTX_set_options(
        context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
}
/// Writes a name as RFC 2253 has it, controls and non-ASCII escaped; negative on failure.
static inline int transom_X509_NAME_print(BIO *out, const X509_NAME *name) {
    return X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253);
}
