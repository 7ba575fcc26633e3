#include "internal.h"

#include <libxml/c14n.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* MARK: Parsing */

/* Marks a parser that met something that documents must not have. */
static void stop(void *context) {
    xmlParserCtxtPtr parser = context;
    parser->_private = parser;
    xmlStopParser(parser);
}

static void doctype(void *context, const xmlChar *name, const xmlChar *id, const xmlChar *address) {
    (void)name;
    (void)id;
    (void)address;
    stop(context);
}

static void instruction(void *context, const xmlChar *target, const xmlChar *data) {
    (void)target;
    (void)data;
    stop(context);
}

static int collect(struct cx_document *document);

cx_status cx_document_parse(cx_slice input, cx_document **result, cx_fault *fault) {
    *result = NULL;
    cx_status status = cx_initialize();
    if (status != CX_OK || input.length > INT_MAX) {
        return CX_FAILED;
    }
    cx_scope scope;
    cx_scope_enter(&scope, fault);
    status = CX_FAILED;
    struct cx_document *document = calloc(1, sizeof *document);
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    if (document == NULL || parser == NULL) {
        goto done;
    }
    parser->sax->internalSubset = doctype;
    parser->sax->externalSubset = doctype;
    parser->sax->processingInstruction = instruction;
    /* Neither XML_PARSE_NOENT nor a DTD option nor XML_PARSE_HUGE: the defaults keep entities unread and bounds on. */
    document->doc = xmlCtxtReadMemory(parser, (const char *)input.bytes, (int)input.length, NULL, "UTF-8", XML_PARSE_NONET);
    if (parser->_private != NULL) {
        status = CX_FORBIDDEN;
    } else if (document->doc == NULL || !parser->wellFormed || !parser->nsWellFormed || parser->errNo != XML_ERR_OK) {
        status = CX_MALFORMED;
    } else if (document->doc->intSubset != NULL || document->doc->extSubset != NULL) {
        status = CX_FORBIDDEN;
    } else {
        status = collect(document) ? CX_OK : CX_FAILED;
    }
done:
    if (status != CX_OK) {
        cx_document_free(document);
        document = NULL;
    }
    xmlFreeParserCtxt(parser);
    cx_scope_leave(&scope);
    *result = document;
    return status;
}

void cx_document_free(cx_document *document) {
    if (document == NULL) {
        return;
    }
    if (document->doc != NULL) {
        xmlFreeDoc(document->doc);
    }
    free(document->elements);
    free(document->ends);
    free(document->items);
    free(document);
}

/* MARK: Walking */

static cx_slice slice(const xmlChar *text) {
    cx_slice result = {text, text == NULL ? 0 : strlen((const char *)text)};
    return result;
}

/* The next node after a node's descendants have been seen; ends of elements are told on the way. */
typedef struct {
    size_t items;
    uint32_t elements;
    struct cx_document *document;
    int is_readable;
} collector;

static void add(collector *to, cx_item_kind kind, const xmlChar *name, const xmlChar *space, const xmlChar *value) {
    if (to->document->items != NULL) {
        cx_item item = {kind, slice(name), slice(space), slice(value)};
        to->document->items[to->items] = item;
    }
    to->items++;
}

static void add_element(collector *to, xmlNodePtr node) {
    if (to->document->elements != NULL) {
        to->document->elements[to->elements] = node;
        node->_private = (void *)(uintptr_t)(to->elements + 1);
    }
    to->elements++;
    add(to, CX_ITEM_ELEMENT, node->name, node->ns != NULL ? node->ns->href : NULL, NULL);
    for (xmlNsPtr ns = node->nsDef; ns != NULL; ns = ns->next) {
        add(to, CX_ITEM_NAMESPACE, ns->prefix, NULL, ns->href);
    }
    for (xmlAttrPtr attribute = node->properties; attribute != NULL; attribute = attribute->next) {
        xmlNodePtr value = attribute->children;
        /* Without entities a value is one text, or nothing. */
        if (value != NULL && (value->type != XML_TEXT_NODE || value->next != NULL)) {
            to->is_readable = 0;
            return;
        }
        add(to, CX_ITEM_ATTRIBUTE, attribute->name, attribute->ns != NULL ? attribute->ns->href : NULL,
            value != NULL ? value->content : NULL);
    }
}

/* Walks without recursion, so that the depth of a document costs no stack. */
static void walk(collector *to) {
    xmlNodePtr root = xmlDocGetRootElement(to->document->doc);
    xmlNodePtr node = root;
    while (node != NULL && to->is_readable) {
        switch (node->type) {
        case XML_ELEMENT_NODE:
            add_element(to, node);
            break;
        case XML_TEXT_NODE:
        case XML_CDATA_SECTION_NODE:
            add(to, CX_ITEM_TEXT, NULL, NULL, node->content);
            break;
        case XML_COMMENT_NODE:
            add(to, CX_ITEM_COMMENT, NULL, NULL, NULL);
            break;
        default:
            to->is_readable = 0;
            return;
        }
        if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
            node = node->children;
            continue;
        }
        for (;;) {
            if (node->type == XML_ELEMENT_NODE) {
                if (to->document->ends != NULL) {
                    to->document->ends[(uintptr_t)node->_private - 1] = to->elements;
                }
                add(to, CX_ITEM_END, NULL, NULL, NULL);
            }
            if (node == root) {
                return;
            }
            if (node->next != NULL) {
                node = node->next;
                break;
            }
            node = node->parent;
        }
    }
}

static int collect(struct cx_document *document) {
    collector count = {0, 0, document, 1};
    walk(&count);
    if (!count.is_readable || count.elements == 0) {
        return 0;
    }
    document->elements = calloc(count.elements, sizeof *document->elements);
    document->ends = calloc(count.elements, sizeof *document->ends);
    document->items = calloc(count.items, sizeof *document->items);
    if (document->elements == NULL || document->ends == NULL || document->items == NULL) {
        return 0;
    }
    collector fill = {0, 0, document, 1};
    walk(&fill);
    document->element_count = fill.elements;
    document->item_count = fill.items;
    return 1;
}

const cx_item *cx_document_items(const cx_document *document, size_t *count) {
    *count = document->item_count;
    return document->items;
}

/* MARK: Canonicalization */

typedef struct {
    uintptr_t first;
    uintptr_t end;
    uintptr_t excluded_first;
    uintptr_t excluded_end;
} visibility;

/* Whether a node belongs to the canonicalized element: elements decide by their number, all else by its parent's. */
static int is_visible(void *context, xmlNodePtr node, xmlNodePtr parent) {
    const visibility *range = context;
    xmlNodePtr element = node->type == XML_ELEMENT_NODE ? node : parent;
    if (element == NULL || element->type != XML_ELEMENT_NODE) {
        return 0;
    }
    uintptr_t number = (uintptr_t)element->_private;
    return number >= range->first && number < range->end
        && !(number >= range->excluded_first && number < range->excluded_end);
}

typedef struct {
    cx_buffer *buffer;
    size_t capacity;
    size_t limit;
    int is_full;
} sink;

static int append(void *context, const char *bytes, int length) {
    sink *to = context;
    if (length < 0 || to->is_full || (size_t)length > to->limit - to->buffer->length) {
        to->is_full = 1;
        return -1;
    }
    size_t needed = to->buffer->length + (size_t)length;
    if (needed > to->capacity) {
        size_t capacity = to->capacity * 2 > needed ? to->capacity * 2 : needed;
        uint8_t *grown = realloc(to->buffer->bytes, capacity);
        if (grown == NULL) {
            to->is_full = 1;
            return -1;
        }
        to->buffer->bytes = grown;
        to->capacity = capacity;
    }
    if (length > 0) {
        memcpy(to->buffer->bytes + to->buffer->length, bytes, (size_t)length);
    }
    to->buffer->length = needed;
    return length;
}

/* Splits a list of prefixes; libxml2 wants texts that end with a zero, and an end of the list. */
static xmlChar **split(cx_slice list, char **storage) {
    *storage = malloc(list.length + 1);
    xmlChar **prefixes = calloc(list.length / 2 + 2, sizeof *prefixes);
    if (*storage == NULL || prefixes == NULL) {
        free(*storage);
        free(prefixes);
        *storage = NULL;
        return NULL;
    }
    if (list.length > 0) {
        memcpy(*storage, list.bytes, list.length);
    }
    (*storage)[list.length] = 0;
    size_t count = 0;
    char *position = NULL;
    for (char *word = strtok_r(*storage, " \t\r\n", &position); word != NULL;
         word = strtok_r(NULL, " \t\r\n", &position)) {
        prefixes[count++] = (xmlChar *)word;
    }
    return prefixes;
}

/* Canonicalization looks at every node of a document, and no node outside of an element is part of its canonical form.
 * For the time of a call the document therefore begins and ends with the element; what it inherits is looked up through
 * its parents, which stay. */
typedef struct {
    xmlDocPtr doc;
    xmlNodePtr children;
    xmlNodePtr next;
} narrowing;

static narrowing narrow(xmlDocPtr doc, xmlNodePtr element) {
    narrowing saved = {doc, doc->children, element->next};
    element->next = NULL;
    doc->children = element;
    return saved;
}

static void widen(narrowing saved) {
    saved.doc->children->next = saved.next;
    saved.doc->children = saved.children;
}

cx_status cx_document_canonicalize(
    const cx_document *document, uint32_t apex, uint32_t excluded, cx_canonicalization method, int with_comments,
    cx_slice prefixes, size_t limit, cx_buffer *output, cx_fault *fault) {
    output->bytes = NULL;
    output->length = 0;
    if (apex >= document->element_count || (excluded != UINT32_MAX && excluded >= document->element_count)) {
        return CX_FAILED;
    }
    visibility range = {(uintptr_t)apex + 1, (uintptr_t)document->ends[apex] + 1, 0, 0};
    if (excluded != UINT32_MAX) {
        range.excluded_first = (uintptr_t)excluded + 1;
        range.excluded_end = (uintptr_t)document->ends[excluded] + 1;
    }
    static const int modes[] = {XML_C14N_EXCLUSIVE_1_0, XML_C14N_1_0, XML_C14N_1_1};
    cx_scope scope;
    cx_scope_enter(&scope, fault);
    cx_status status = CX_FAILED;
    char *storage = NULL;
    xmlChar **words = split(prefixes, &storage);
    sink to = {output, 0, limit, 0};
    xmlOutputBufferPtr stream = xmlOutputBufferCreateIO(append, NULL, &to, NULL);
    if (words != NULL && stream != NULL) {
        narrowing saved = narrow(document->doc, document->elements[apex]);
        int result = xmlC14NExecute(document->doc, is_visible, &range, modes[method], words, with_comments, stream);
        widen(saved);
        int closed = xmlOutputBufferClose(stream);
        stream = NULL;
        if (result >= 0 && closed >= 0 && !to.is_full && output->length > 0) {
            status = CX_OK;
        }
    }
    if (stream != NULL) {
        xmlOutputBufferClose(stream);
    }
    free(words);
    free(storage);
    if (status != CX_OK) {
        cx_buffer_release(output);
    }
    cx_scope_leave(&scope);
    return status;
}
