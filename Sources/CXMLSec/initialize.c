#include "internal.h"

#include <libxml/xmlerror.h>
#include <libxml/xmlIO.h>
#include <openssl/err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/io.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>

/* The layouts that libxmlsec1 was built with. A missing macro of its pkg-config file would change them silently, and
 * every access to a context would then read and write the wrong places. */
_Static_assert(sizeof(xmlSecSize) == sizeof(unsigned int), "XMLSEC_NO_SIZE_T is not defined");
#if defined(__LP64__)
_Static_assert(sizeof(xmlSecBuffer) == 24, "another layout of xmlSecBuffer");
_Static_assert(sizeof(xmlSecPtrList) == 32, "another layout of xmlSecPtrList");
_Static_assert(sizeof(xmlSecTransformCtx) == 128, "another layout of xmlSecTransformCtx");
_Static_assert(sizeof(xmlSecKeyInfoCtx) == 344, "another layout of xmlSecKeyInfoCtx");
_Static_assert(sizeof(xmlSecDSigCtx) == 1032, "another layout of xmlSecDSigCtx");
_Static_assert(sizeof(xmlSecDSigReferenceCtx) == 224, "another layout of xmlSecDSigReferenceCtx");
_Static_assert(offsetof(xmlSecDSigCtx, enabledReferenceUris) == 832, "another layout of xmlSecDSigCtx");
_Static_assert(offsetof(xmlSecDSigCtx, signKey) == 880, "another layout of xmlSecDSigCtx");
_Static_assert(offsetof(xmlSecDSigCtx, status) == 904, "another layout of xmlSecDSigCtx");
_Static_assert(offsetof(xmlSecDSigReferenceCtx, status) == 168, "another layout of xmlSecDSigReferenceCtx");
#endif
#if XMLSEC_VERSION_MAJOR != 1 || XMLSEC_VERSION_MINOR != 2
#error "libxmlsec1 1.2 is expected"
#endif
#ifndef LIBXML_THREAD_ENABLED
#error "libxml2 must be built with threads"
#endif

static pthread_once_t once = PTHREAD_ONCE_INIT;
static cx_status initialized = CX_FAILED;
static EVP_MD *digests[CX_SHA512 + 1];

/* The fault of the call that this thread is in. */
static _Thread_local cx_fault *current;

static void xmlsec_said(
    const char *file, int line, const char *function, const char *object, const char *subject, int reason,
    const char *message) {
    (void)file;
    (void)line;
    (void)object;
    if (current == NULL || current->text[0] != 0) {
        return;
    }
    snprintf(
        current->text, sizeof current->text, "xmlsec %s: %s (%d) %s", function ? function : "", subject ? subject : "",
        reason, message ? message : "");
}

static void xml_said(void *context, xmlErrorPtr error) {
    if (error != NULL && error->message != NULL) {
        cx_say(context, error->message);
    }
}

static void xml_printed(void *context, const char *format, ...) {
    /* Structured errors say the same in parts that can be kept. */
    (void)context;
    (void)format;
}

static xmlParserInputPtr no_entity(const char *address, const char *id, xmlParserCtxtPtr context) {
    (void)address;
    (void)id;
    (void)context;
    return NULL;
}

static void initialize(void) {
    static const char *const names[] = {NULL, "SHA1", "SHA256", "SHA384", "SHA512"};
    for (int hash = CX_SHA1; hash <= CX_SHA512; hash++) {
        digests[hash] = EVP_MD_fetch(NULL, names[hash], NULL);
        if (digests[hash] == NULL) {
            return;
        }
    }
    xmlInitParser();
    xmlSecErrorsSetCallback(xmlsec_said);
    if (xmlSecInit() < 0 || xmlSecCheckVersion() != 1 || xmlSecOpenSSLAppInit(NULL) < 0 || xmlSecOpenSSLInit() < 0) {
        return;
    }
    /* xmlSecInit sets a callback of its own. */
    xmlSecErrorsSetCallback(xmlsec_said);
    /* No reader of files or addresses is left, neither in libxmlsec1 nor in libxml2. */
    xmlSecIOCleanupCallbacks();
    xmlSetExternalEntityLoader(no_entity);
    xmlCleanupInputCallbacks();
    initialized = CX_OK;
}

cx_status cx_initialize(void) {
    pthread_once(&once, initialize);
    return initialized;
}

const EVP_MD *cx_message_digest(cx_hash hash) {
    return hash >= CX_SHA1 && hash <= CX_SHA512 ? digests[hash] : NULL;
}

void cx_say(cx_fault *fault, const char *text) {
    if (fault == NULL || fault->text[0] != 0 || text == NULL) {
        return;
    }
    size_t length = strnlen(text, sizeof fault->text - 1);
    /* Messages of libxml2 end with a line break. */
    while (length > 0 && (unsigned char)text[length - 1] <= ' ') {
        length--;
    }
    memcpy(fault->text, text, length);
    fault->text[length] = 0;
}

void cx_scope_enter(cx_scope *scope, cx_fault *fault) {
    fault->text[0] = 0;
    scope->fault = fault;
    scope->generic = xmlGenericError;
    scope->generic_context = xmlGenericErrorContext;
    scope->structured = xmlStructuredError;
    scope->structured_context = xmlStructuredErrorContext;
    scope->outer = current;
    current = fault;
    xmlSetGenericErrorFunc(NULL, xml_printed);
    xmlSetStructuredErrorFunc(fault, xml_said);
}

void cx_scope_leave(cx_scope *scope) {
    xmlSetGenericErrorFunc(scope->generic_context, scope->generic);
    xmlSetStructuredErrorFunc(scope->structured_context, scope->structured);
    xmlResetLastError();
    ERR_clear_error();
    current = scope->outer;
}

void cx_buffer_release(cx_buffer *buffer) {
    if (buffer->bytes != NULL) {
        OPENSSL_cleanse(buffer->bytes, buffer->length);
        free(buffer->bytes);
    }
    buffer->bytes = NULL;
    buffer->length = 0;
}

cx_status cx_buffer_fill(cx_buffer *buffer, const void *bytes, size_t length) {
    buffer->bytes = malloc(length > 0 ? length : 1);
    if (buffer->bytes == NULL) {
        buffer->length = 0;
        return CX_FAILED;
    }
    if (length > 0) {
        memcpy(buffer->bytes, bytes, length);
    }
    buffer->length = length;
    return CX_OK;
}
