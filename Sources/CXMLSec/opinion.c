#include "internal.h"

#include <libxml/valid.h>
#include <string.h>
#include <xmlsec/crypto.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/openssl/evp.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>

/* Registers the ID of one element and no other, so that `#id` can mean nothing else. */
static int register_id(xmlDocPtr doc, xmlNodePtr element) {
    for (xmlAttrPtr attribute = element->properties; attribute != NULL; attribute = attribute->next) {
        if (attribute->ns != NULL || strcmp((const char *)attribute->name, "ID") != 0 || attribute->children == NULL) {
            continue;
        }
        const xmlChar *value = attribute->children->content;
        xmlAttrPtr known = xmlGetID(doc, value);
        if (known == NULL) {
            xmlAddID(NULL, doc, value, attribute);
            known = xmlGetID(doc, value);
        }
        return known == attribute;
    }
    return 0;
}

/* The key for one use: libxmlsec1 frees it with its context. */
static xmlSecKeyPtr preset(const cx_key *key) {
    if (EVP_PKEY_up_ref(key->pkey) != 1) {
        return NULL;
    }
    xmlSecKeyDataPtr data = xmlSecOpenSSLEvpKeyAdopt(key->pkey);
    if (data == NULL) {
        EVP_PKEY_free(key->pkey);
        return NULL;
    }
    xmlSecKeyPtr result = xmlSecKeyCreate();
    if (result == NULL || xmlSecKeySetValue(result, data) < 0) {
        xmlSecKeyDataDestroy(data);
        if (result != NULL) {
            xmlSecKeyDestroy(result);
        }
        return NULL;
    }
    return result;
}

/* An empty list would allow every transform, so that the digests are on it too. */
static int restrict_transforms(xmlSecDSigCtxPtr context, uint32_t options) {
    const int has_sha1 = (options & CX_OPINION_SHA1) != 0;
    const int has_inclusive = (options & CX_OPINION_INCLUSIVE) != 0;
    int failures = 0;
#define REFERENCE(id) failures |= xmlSecDSigCtxEnableReferenceTransform(context, id) < 0
#define SIGNATURE(id) failures |= xmlSecDSigCtxEnableSignatureTransform(context, id) < 0
    REFERENCE(xmlSecTransformEnvelopedId);
    REFERENCE(xmlSecTransformExclC14NId);
    REFERENCE(xmlSecTransformExclC14NWithCommentsId);
    REFERENCE(xmlSecOpenSSLTransformSha256Id);
    REFERENCE(xmlSecOpenSSLTransformSha384Id);
    REFERENCE(xmlSecOpenSSLTransformSha512Id);
    SIGNATURE(xmlSecTransformExclC14NId);
    SIGNATURE(xmlSecTransformExclC14NWithCommentsId);
    SIGNATURE(xmlSecOpenSSLTransformRsaSha256Id);
    SIGNATURE(xmlSecOpenSSLTransformRsaSha384Id);
    SIGNATURE(xmlSecOpenSSLTransformRsaSha512Id);
    SIGNATURE(xmlSecOpenSSLTransformEcdsaSha256Id);
    SIGNATURE(xmlSecOpenSSLTransformEcdsaSha384Id);
    SIGNATURE(xmlSecOpenSSLTransformEcdsaSha512Id);
    if (has_sha1) {
        REFERENCE(xmlSecOpenSSLTransformSha1Id);
        SIGNATURE(xmlSecOpenSSLTransformRsaSha1Id);
        SIGNATURE(xmlSecOpenSSLTransformEcdsaSha1Id);
    }
    if (has_inclusive) {
        REFERENCE(xmlSecTransformInclC14NId);
        REFERENCE(xmlSecTransformInclC14NWithCommentsId);
        REFERENCE(xmlSecTransformInclC14N11Id);
        REFERENCE(xmlSecTransformInclC14N11WithCommentsId);
        SIGNATURE(xmlSecTransformInclC14NId);
        SIGNATURE(xmlSecTransformInclC14NWithCommentsId);
        SIGNATURE(xmlSecTransformInclC14N11Id);
        SIGNATURE(xmlSecTransformInclC14N11WithCommentsId);
    }
#undef REFERENCE
#undef SIGNATURE
    return !failures;
}

/* Only asked about signatures that keep to the profile: about some others libxmlsec1 1.2.37 loses memory while it refuses
 * them, and its transforms are a language of their own. */
cx_status cx_second_opinion(
    cx_document *document, uint32_t signature, uint32_t parent, const cx_key *key, uint32_t options,
    cx_buffer *digested, cx_fault *fault) {
    digested->bytes = NULL;
    digested->length = 0;
    if (signature >= document->element_count || parent >= document->element_count) {
        return CX_FAILED;
    }
    cx_scope scope;
    cx_scope_enter(&scope, fault);
    cx_status status = CX_FAILED;
    xmlSecDSigCtxPtr context = xmlSecDSigCtxCreate(NULL);
    if (context == NULL || !register_id(document->doc, document->elements[parent])
        || !restrict_transforms(context, options)) {
        goto done;
    }
    context->flags = XMLSEC_DSIG_FLAGS_IGNORE_MANIFESTS | XMLSEC_DSIG_FLAGS_STORE_SIGNEDINFO_REFERENCES;
    context->enabledReferenceUris = xmlSecTransformUriTypeSameDocument;
    if ((options & CX_OPINION_EMPTY) != 0) {
        context->enabledReferenceUris |= xmlSecTransformUriTypeEmpty;
    }
    context->signKey = preset(key);
    if (context->signKey == NULL) {
        goto done;
    }
    status = CX_INVALID;
    if (xmlSecDSigCtxVerify(context, document->elements[signature]) < 0
        || context->status != xmlSecDSigStatusSucceeded
        || xmlSecPtrListGetSize(&context->signedInfoReferences) != 1) {
        goto done;
    }
    xmlSecDSigReferenceCtxPtr reference = xmlSecPtrListGetItem(&context->signedInfoReferences, 0);
    if (reference == NULL || reference->status != xmlSecDSigStatusSucceeded) {
        goto done;
    }
    xmlSecBufferPtr octets = xmlSecDSigReferenceCtxGetPreDigestBuffer(reference);
    if (octets == NULL || xmlSecBufferGetSize(octets) == 0) {
        goto done;
    }
    status = cx_buffer_fill(digested, xmlSecBufferGetData(octets), xmlSecBufferGetSize(octets));
done:
    if (context != NULL) {
        xmlSecDSigCtxDestroy(context);
    }
    cx_scope_leave(&scope);
    return status;
}
