/* Verifies messages on several threads at a time, under the thread sanitizer: keys are shared, documents are not.
 *
 *   threads KEYS MESSAGE...   KEYS is a certificate in DER; every message must come out the same on every thread */

#include "CXMLSec.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 8, ROUNDS = 20, MOST = 64 };

static cx_slice messages[MOST];
static int expected[MOST];
static size_t count;
static cx_key *key;
static int mistakes;

static cx_slice file(const char *path) {
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(2);
    }
    uint8_t *bytes = malloc(1 << 18);
    cx_slice result = {bytes, fread(bytes, 1, 1 << 18, stream)};
    fclose(stream);
    return result;
}

static int is_named(const cx_item *item, const char *name) {
    return item->kind == CX_ITEM_ELEMENT && item->name.length == strlen(name)
        && memcmp(item->name.bytes, name, item->name.length) == 0;
}

/* How many signatures of a message libxmlsec1 calls right, and a digest of their octets. */
static int verify(cx_slice message) {
    cx_fault fault;
    cx_document *document = NULL;
    int result = 0;
    if (cx_document_parse(message, &document, &fault) != CX_OK) {
        return -1;
    }
    size_t items = 0;
    const cx_item *item = cx_document_items(document, &items);
    uint32_t element = 0;
    uint32_t parent = 0;
    for (size_t index = 0; index < items; index++) {
        if (item[index].kind != CX_ITEM_ELEMENT) {
            continue;
        }
        if (is_named(&item[index], "Signature")) {
            cx_buffer digested = {0};
            cx_buffer own = {0};
            cx_slice none = {NULL, 0};
            if (cx_second_opinion(document, element, parent, key, 0, &digested, &fault) == CX_OK) {
                cx_document_canonicalize(
                    document, parent, element, CX_C14N_EXCLUSIVE, 0, none, 1 << 20, &own, &fault);
                cx_verify(key, CX_RSA_PKCS1, CX_SHA256, none, none, &fault);
                result += 1 + (int)(digested.length % 1000) * 10;
            }
            cx_buffer_release(&digested);
            cx_buffer_release(&own);
        } else if (is_named(&item[index], "Assertion") || is_named(&item[index], "Response")) {
            parent = element;
        }
        element++;
    }
    cx_document_free(document);
    return result;
}

static void *run(void *context) {
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t index = 0; index < count; index++) {
            if (verify(messages[index]) != expected[index]) {
                __atomic_fetch_add(&mistakes, 1, __ATOMIC_RELAXED);
            }
        }
    }
    return context;
}

int main(int argc, char **argv) {
    cx_key_facts facts;
    cx_fault fault;
    cx_slice certificate = file(argv[1]);
    if (argc < 3 || cx_key_from_certificate(certificate, &key, &facts, &fault) != CX_OK) {
        fprintf(stderr, "the certificate cannot be read\n");
        return 2;
    }
    int right = 0;
    for (int index = 2; index < argc && count < MOST; index++) {
        messages[count] = file(argv[index]);
        expected[count] = verify(messages[count]);
        right += expected[count] > 0;
        count++;
    }
    pthread_t threads[THREADS];
    for (int index = 0; index < THREADS; index++) {
        pthread_create(&threads[index], NULL, run, NULL);
    }
    for (int index = 0; index < THREADS; index++) {
        pthread_join(threads[index], NULL);
    }
    printf(
        "threads: %d threads, %zu messages of which %d are right, %d rounds, %d differences\n", THREADS, count, right,
        ROUNDS, mistakes);
    return mistakes != 0 || right == 0;
}
