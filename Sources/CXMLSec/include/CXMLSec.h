/* What the SAML module needs of libxml2, libxmlsec1 and libcrypto, and nothing else.
 *
 * No type of those libraries is visible here, so that no importer can see other structure layouts than the libraries
 * were built with. Handles are opaque and confined to one thread at a time, except keys, which never change after they
 * were made. Nothing is ever written to standard error: what goes wrong is told in a cx_fault. */

#ifndef CXMLSEC_H
#define CXMLSEC_H

#include <stddef.h>
#include <stdint.h>

/* The result of a call. */
typedef enum {
    CX_OK = 0,
    /* The input is not well-formed, with regard to namespaces too. */
    CX_MALFORMED = 1,
    /* The document has a document type declaration or a processing instruction. */
    CX_FORBIDDEN = 2,
    /* A signature, a tag or a padding is not right. */
    CX_INVALID = 3,
    /* The key, the algorithm or the form of it is not supported. */
    CX_UNSUPPORTED = 4,
    /* A library refused, or there is no memory. */
    CX_FAILED = 5
} cx_status;

/* What the libraries said during one call, for administrators. */
typedef struct {
    char text[256];
} cx_fault;

/* Bytes that belong to somebody else. */
typedef struct {
    const uint8_t *bytes;
    size_t length;
} cx_slice;

/* Bytes that the caller releases. */
typedef struct {
    uint8_t *bytes;
    size_t length;
} cx_buffer;

/* Releases the bytes; a buffer that was never filled must be zero. */
void cx_buffer_release(cx_buffer *buffer);

/* Prepares the libraries, once for the process; safe to call from any thread and any number of times. */
cx_status cx_initialize(void);

/* MARK: Documents */

typedef struct cx_document cx_document;

/* Parses UTF-8 without a byte order mark. No network, no entities, no document type, strict namespaces. */
cx_status cx_document_parse(cx_slice input, cx_document **document, cx_fault *fault);

/* Frees a document and everything that was read from it. */
void cx_document_free(cx_document *document);

typedef enum {
    CX_ITEM_ELEMENT = 1,
    CX_ITEM_END = 2,
    CX_ITEM_ATTRIBUTE = 3,
    CX_ITEM_NAMESPACE = 4,
    CX_ITEM_TEXT = 5,
    CX_ITEM_COMMENT = 6
} cx_item_kind;

/* A step of a walk through a document: an element with its namespace declarations and attributes, then its content and
 * its end. Elements count from zero in document order. The bytes belong to the document. */
typedef struct {
    cx_item_kind kind;
    /* The name without its prefix, or the declared prefix. */
    cx_slice name;
    /* The namespace of the name. */
    cx_slice space;
    /* The value of an attribute, the address of a declaration, or text. */
    cx_slice value;
} cx_item;

/* All steps, in document order. */
const cx_item *cx_document_items(const cx_document *document, size_t *count);

typedef enum {
    CX_C14N_EXCLUSIVE = 0,
    CX_C14N_INCLUSIVE = 1,
    CX_C14N_INCLUSIVE_11 = 2
} cx_canonicalization;

/* Canonicalizes an element without another one within it (UINT32_MAX for none), at most `limit` bytes.
 * `prefixes` has the names of an InclusiveNamespaces list, separated by spaces; empty for none. */
cx_status cx_document_canonicalize(
    const cx_document *document, uint32_t apex, uint32_t excluded, cx_canonicalization method, int with_comments,
    cx_slice prefixes, size_t limit, cx_buffer *output, cx_fault *fault);

/* MARK: Keys */

typedef struct cx_key cx_key;

typedef enum {
    CX_KEY_RSA = 1,
    CX_KEY_EC = 2
} cx_key_kind;

typedef struct {
    cx_key_kind kind;
    /* The length of an RSA modulus, or of the field of a curve. */
    uint32_t bits;
    /* For RSA, the public exponent; zero when it does not fit. */
    uint64_t exponent;
    /* The curve is P-256, P-384 or P-521. */
    int is_nist_curve;
    /* The validity of the certificate in seconds since 1970; zero for a bare key. */
    int64_t not_before;
    int64_t not_after;
    /* SHA-256 of the certificate, or of the public key. */
    uint8_t thumbprint[32];
} cx_key_facts;

/* Reads the public key of a certificate in DER. */
cx_status cx_key_from_certificate(cx_slice der, cx_key **key, cx_key_facts *facts, cx_fault *fault);

/* Reads a public key (SubjectPublicKeyInfo) in DER. */
cx_status cx_key_from_public(cx_slice der, cx_key **key, cx_key_facts *facts, cx_fault *fault);

/* Reads a private key in PEM without a passphrase. */
cx_status cx_key_from_private(cx_slice pem, cx_key **key, cx_key_facts *facts, cx_fault *fault);

/* Whether a key is the RSA key with this modulus and exponent, both big-endian. */
int cx_key_is_rsa(const cx_key *key, cx_slice modulus, cx_slice exponent);

/* Whether a key on a curve is this point, in the uncompressed form (SEC 1 section 2.3.3). */
int cx_key_is_point(const cx_key *key, cx_slice point);

/* Frees a key. */
void cx_key_free(cx_key *key);

/* MARK: Signatures */

typedef enum {
    CX_SHA1 = 1,
    CX_SHA256 = 2,
    CX_SHA384 = 3,
    CX_SHA512 = 4
} cx_hash;

typedef enum {
    CX_RSA_PKCS1 = 1,
    CX_RSA_PSS = 2,
    CX_ECDSA = 3
} cx_scheme;

/* The digest of some bytes; `digest` has room for 64 and `length` tells how many count. */
cx_status cx_digest(cx_hash hash, cx_slice input, uint8_t digest[64], size_t *length);

/* Whether a signature is right; an ECDSA one is the concatenation of its two numbers (RFC 4050 section 3.3). */
cx_status cx_verify(
    const cx_key *key, cx_scheme scheme, cx_hash hash, cx_slice message, cx_slice signature, cx_fault *fault);

enum {
    CX_OPINION_SHA1 = 1,
    CX_OPINION_INCLUSIVE = 2,
    CX_OPINION_EMPTY = 4
};

/* libxmlsec1's opinion about the signature element with this number, whose parent it must cover, with a preset key.
 * CX_OK means that it is right; `digested` are the octets that libxmlsec1 took the digest of. */
cx_status cx_second_opinion(
    cx_document *document, uint32_t signature, uint32_t parent, const cx_key *key, uint32_t options,
    cx_buffer *digested, cx_fault *fault);

/* MARK: Encryption */

typedef enum {
    CX_RSA_OAEP = 1,
    CX_RSA_1_5 = 2
} cx_transport;

/* Decrypts a content key of `key_length` bytes. On failure the output has random bytes and the status tells so. */
cx_status cx_unwrap(
    const cx_key *key, cx_transport transport, cx_hash hash, cx_hash mask_hash, cx_slice label, cx_slice wrapped,
    size_t key_length, uint8_t *content_key, cx_fault *fault);

typedef enum {
    CX_AES_GCM = 1,
    CX_AES_CBC = 2
} cx_cipher;

/* Decrypts content: the initialization vector, the ciphertext and for GCM the tag. */
cx_status cx_decrypt(cx_cipher cipher, cx_slice content_key, cx_slice input, cx_buffer *output, cx_fault *fault);

#endif
