/* What the C files share; not visible outside. */

#ifndef CXMLSEC_INTERNAL_H
#define CXMLSEC_INTERNAL_H

#include "include/CXMLSec.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <openssl/evp.h>

struct cx_document {
    xmlDocPtr doc;
    xmlNodePtr *elements;
    /* The number of the first element after each one's subtree. */
    uint32_t *ends;
    uint32_t element_count;
    cx_item *items;
    size_t item_count;
};

struct cx_key {
    EVP_PKEY *pkey;
    cx_key_kind kind;
    /* The length of one number of an ECDSA signature. */
    size_t field_bytes;
};

/* The handlers of a thread while a call runs: everything the libraries say goes into the call's fault. */
typedef struct {
    cx_fault *fault;
    void *generic_context;
    void *structured_context;
    xmlGenericErrorFunc generic;
    xmlStructuredErrorFunc structured;
    cx_fault *outer;
} cx_scope;

void cx_scope_enter(cx_scope *scope, cx_fault *fault);
void cx_scope_leave(cx_scope *scope);

/* Keeps the first thing that was said. */
void cx_say(cx_fault *fault, const char *text);

/* Copies bytes into a buffer of the caller. */
cx_status cx_buffer_fill(cx_buffer *buffer, const void *bytes, size_t length);

const EVP_MD *cx_message_digest(cx_hash hash);

#endif
