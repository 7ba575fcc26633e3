/* Fuzzes the C boundary of SAML: everything that CXMLSec can be asked about a document, for every document.
 *
 * libFuzzer calls it with messages made of the seeds; what libxml2, libxmlsec1 and libcrypto do with them runs under the
 * address sanitizer's allocator, and with leak detection. */

#include "internal.h"

#include <libxml/c14n.h>
#include <sanitizer/lsan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cx_key *public_key;
static cx_key *private_key;

static void require(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "broken: %s\n", what);
        abort();
    }
}

static cx_slice file(const char *path) {
    FILE *stream = fopen(path, "rb");
    require(stream != NULL, "a key of the seeds can be read");
    uint8_t *bytes = malloc(1 << 16);
    size_t length = fread(bytes, 1, 1 << 16, stream);
    fclose(stream);
    cx_slice result = {bytes, length};
    return result;
}

/* What libxml2 says outside of a call of CXMLSec, in the walk that is compared with. */
static void say_nothing(void *context, const char *format, ...) {
    (void)context;
    (void)format;
}

int LLVMFuzzerInitialize(int *count, char ***arguments) {
    (void)count;
    (void)arguments;
    xmlSetGenericErrorFunc(NULL, say_nothing);
    const char *folder = getenv("FUZZ_KEYS");
    require(folder != NULL, "FUZZ_KEYS names a folder with the keys");
    char path[1024];
    cx_key_facts facts;
    cx_fault fault;
    snprintf(path, sizeof path, "%s/public.der", folder);
    cx_slice public = file(path);
    require(cx_key_from_public(public, &public_key, &facts, &fault) == CX_OK, "the public key is one");
    snprintf(path, sizeof path, "%s/private.pem", folder);
    cx_slice private = file(path);
    require(cx_key_from_private(private, &private_key, &facts, &fault) == CX_OK, "the private key is one");
    free((void *)public.bytes);
    free((void *)private.bytes);
    return 0;
}

static int is_named(const cx_item *item, const char *name) {
    return item->kind == CX_ITEM_ELEMENT && item->name.length == strlen(name)
        && memcmp(item->name.bytes, name, item->name.length) == 0;
}

/* Whether the transforms behind an item are the enveloped signature and one exclusive canonicalization. */
static int keeps_to_profile(const cx_item *items, size_t count) {
    static const char *const wanted[] = {
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/2001/10/xml-exc-c14n#"};
    size_t found = 0;
    for (size_t index = 0; index + 1 < count && found < 3; index++) {
        if (!is_named(&items[index], "Transform")) {
            continue;
        }
        const cx_slice *value = &items[index + 1].value;
        if (found == 2 || value->length != strlen(wanted[found])
            || memcmp(value->bytes, wanted[found], value->length) != 0) {
            return 0;
        }
        found++;
    }
    return found == 2;
}

/* Which elements a canonicalization shows, told by their ancestors. */
typedef struct {
    xmlNodePtr apex;
    xmlNodePtr excluded;
} shown;

static int is_shown(void *context, xmlNodePtr node, xmlNodePtr parent) {
    const shown *elements = context;
    int is_inside = 0;
    for (xmlNodePtr place = node->type == XML_ELEMENT_NODE ? node : parent; place != NULL; place = place->parent) {
        if (place == elements->excluded) {
            return 0;
        }
        is_inside |= place == elements->apex;
    }
    return is_inside;
}

/* The same canonical form comes of a walk through the whole document. */
static void compare(
    const cx_document *document, uint32_t apex, uint32_t excluded, int method, const cx_buffer *output) {
    static const int modes[] = {XML_C14N_EXCLUSIVE_1_0, XML_C14N_1_0, XML_C14N_1_1};
    xmlChar *prefixes[] = {BAD_CAST "xs", BAD_CAST "saml", BAD_CAST "#default", NULL};
    shown elements = {document->elements[apex], excluded != UINT32_MAX ? document->elements[excluded] : NULL};
    xmlBufferPtr buffer = xmlBufferCreate();
    xmlOutputBufferPtr stream = xmlOutputBufferCreateBuffer(buffer, NULL);
    int result = xmlC14NExecute(document->doc, is_shown, &elements, modes[method], prefixes, 0, stream);
    xmlOutputBufferClose(stream);
    /* A relative namespace anywhere ends that walk; documents with one are refused before any canonicalization. */
    require(
        result < 0
            || ((size_t)xmlBufferLength(buffer) == output->length
                && memcmp(xmlBufferContent(buffer), output->bytes, output->length) == 0),
        "the canonical form of an element does not depend on what is outside of it");
    xmlBufferFree(buffer);
}

/* Canonicalizes an element, and what comes out of that, which must be the same again. */
static void canonicalize(cx_document *document, uint32_t apex, uint32_t excluded) {
    cx_fault fault;
    cx_slice prefixes = {(const uint8_t *)"xs saml #default", 16};
    for (int method = CX_C14N_EXCLUSIVE; method <= CX_C14N_INCLUSIVE_11; method++) {
        cx_buffer output = {0};
        if (cx_document_canonicalize(document, apex, excluded, method, 0, prefixes, 1 << 20, &output, &fault) != CX_OK) {
            require(output.bytes == NULL, "a failure leaves no bytes");
            continue;
        }
        require(output.length > 0, "a canonical form has bytes");
        compare(document, apex, excluded, method, &output);
        cx_document *again = NULL;
        cx_slice input = {output.bytes, output.length};
        cx_slice none = {NULL, 0};
        if (cx_document_parse(input, &again, &fault) == CX_OK && method == CX_C14N_EXCLUSIVE) {
            cx_buffer second = {0};
            if (cx_document_canonicalize(again, 0, UINT32_MAX, method, 0, none, 1 << 20, &second, &fault) == CX_OK) {
                cx_buffer third = {0};
                cx_document *last = NULL;
                cx_slice twice = {second.bytes, second.length};
                require(cx_document_parse(twice, &last, &fault) == CX_OK, "a canonical form can be parsed");
                require(
                    cx_document_canonicalize(last, 0, UINT32_MAX, method, 0, none, 1 << 20, &third, &fault) == CX_OK
                        && third.length == second.length && memcmp(third.bytes, second.bytes, third.length) == 0,
                    "the canonical form of a canonical form is itself");
                cx_document_free(last);
                cx_buffer_release(&third);
            }
            cx_buffer_release(&second);
        }
        cx_document_free(again);
        cx_buffer_release(&output);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    cx_fault fault;
    cx_document *document = NULL;
    cx_slice input = {bytes, length};
    cx_status status = cx_document_parse(input, &document, &fault);
    require((status == CX_OK) == (document != NULL), "there is a document when it was parsed");
    if (status == CX_OK) {
        size_t count = 0;
        const cx_item *items = cx_document_items(document, &count);
        uint32_t element = 0;
        uint32_t parent = 0;
        size_t depth = 0;
        size_t texts = 0;
        size_t signatures = 0;
        for (size_t index = 0; index < count; index++) {
            for (size_t place = 0; place < items[index].value.length; place++) {
                texts += items[index].value.bytes[place];
            }
            if (items[index].kind == CX_ITEM_END) {
                require(depth > 0, "an end belongs to an element");
                depth--;
            }
            if (items[index].kind != CX_ITEM_ELEMENT) {
                continue;
            }
            depth++;
            if (is_named(&items[index], "Signature")) {
                if (signatures++ < 2) {
                    cx_buffer digested = {0};
                    /* libxmlsec1 1.2.37 loses a buffer when a canonicalization fails before the last transform. It is
                     * never asked about such a signature, so that only its crashes count here, and not its leaks. */
                    int is_asked = keeps_to_profile(items + index, count - index);
                    if (!is_asked) {
                        __lsan_disable();
                    }
                    cx_second_opinion(
                        document, element, parent, public_key, (uint32_t)length & 7, &digested, &fault);
                    if (!is_asked) {
                        __lsan_enable();
                    }
                    cx_buffer_release(&digested);
                    canonicalize(document, parent, element);
                }
            } else if (is_named(&items[index], "Assertion") || is_named(&items[index], "Response")) {
                parent = element;
            } else if (element == 1) {
                canonicalize(document, element, UINT32_MAX);
            }
            element++;
        }
        require(depth == 0, "every element ends");
        require(texts != SIZE_MAX, "every text can be read");
        /* Numbers that no element has are refused. */
        cx_buffer none = {0};
        cx_slice empty = {NULL, 0};
        require(
            cx_document_canonicalize(document, element, UINT32_MAX, 0, 0, empty, 64, &none, &fault) != CX_OK,
            "an element that is not there has no canonical form");
        require(cx_second_opinion(document, element, 0, public_key, 0, &none, &fault) != CX_OK, "nor a signature");
        cx_document_free(document);
    }
    /* The same bytes as a signature, a wrapped key and content. */
    cx_verify(public_key, CX_RSA_PKCS1, CX_SHA256, input, input, &fault);
    uint8_t content_key[32];
    cx_slice label = {bytes, length < 8 ? length : 8};
    if (length == 256) {
        cx_unwrap(private_key, CX_RSA_OAEP, CX_SHA256, CX_SHA1, label, input, sizeof content_key, content_key, &fault);
    }
    cx_slice half = {bytes, length / 2};
    cx_slice rest = {bytes + length / 2, length - length / 2};
    require(!cx_key_is_rsa(public_key, half, rest) || length > 256, "a key has its own numbers only");
    require(!cx_key_is_point(public_key, input), "an RSA key is no point");
    cx_slice content = {(const uint8_t *)"0123456789abcdef", 16};
    for (int cipher = CX_AES_GCM; cipher <= CX_AES_CBC; cipher++) {
        cx_buffer plain = {0};
        cx_decrypt(cipher, content, input, &plain, &fault);
        cx_buffer_release(&plain);
    }
    if (length < 4096) {
        cx_key *key = NULL;
        cx_key_facts facts;
        if (cx_key_from_certificate(input, &key, &facts, &fault) == CX_OK) {
            require(
                facts.kind == CX_KEY_RSA || facts.bits > 0, "a key has a length");
            cx_key_is_point(key, input);
            cx_key_free(key);
        }
    }
    return 0;
}
