#include "internal.h"

#include <limits.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

/* MARK: Keys */

/* What is known of a key; it must be RSA or on a prime curve. */
static cx_status describe(EVP_PKEY *pkey, cx_key_facts *facts) {
    if (EVP_PKEY_is_a(pkey, "RSA")) {
        facts->kind = CX_KEY_RSA;
        BIGNUM *exponent = NULL;
        if (EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &exponent) != 1) {
            return CX_UNSUPPORTED;
        }
        BN_ULONG word = BN_get_word(exponent);
        facts->exponent = BN_num_bits(exponent) <= 63 ? (uint64_t)word : 0;
        BN_free(exponent);
    } else if (EVP_PKEY_is_a(pkey, "EC")) {
        facts->kind = CX_KEY_EC;
        char name[64];
        size_t length = 0;
        if (EVP_PKEY_get_group_name(pkey, name, sizeof name, &length) == 1) {
            facts->is_nist_curve =
                strcmp(name, "prime256v1") == 0 || strcmp(name, "secp384r1") == 0 || strcmp(name, "secp521r1") == 0;
        }
    } else {
        return CX_UNSUPPORTED;
    }
    int bits = EVP_PKEY_get_bits(pkey);
    if (bits <= 0 || bits > 16384) {
        return CX_UNSUPPORTED;
    }
    facts->bits = (uint32_t)bits;
    return CX_OK;
}

/* Takes over the key, also on failure. */
static cx_status adopt(EVP_PKEY *pkey, cx_key **key, cx_key_facts *facts, cx_fault *fault) {
    cx_status status = pkey == NULL ? CX_MALFORMED : describe(pkey, facts);
    struct cx_key *result = status == CX_OK ? calloc(1, sizeof *result) : NULL;
    if (result == NULL) {
        if (status == CX_UNSUPPORTED) {
            cx_say(fault, "the key is neither RSA nor on an elliptic curve");
        }
        EVP_PKEY_free(pkey);
        return status == CX_OK ? CX_FAILED : status;
    }
    result->pkey = pkey;
    result->kind = facts->kind;
    result->field_bytes = (facts->bits + 7) / 8;
    *key = result;
    return CX_OK;
}

static int seconds(const ASN1_TIME *time, int64_t *result) {
    struct tm parts;
    if (time == NULL || ASN1_TIME_to_tm(time, &parts) != 1) {
        return 0;
    }
    int64_t value = (int64_t)timegm(&parts);
    *result = value;
    return 1;
}

cx_status cx_key_from_certificate(cx_slice der, cx_key **key, cx_key_facts *facts, cx_fault *fault) {
    *key = NULL;
    memset(facts, 0, sizeof *facts);
    if (cx_initialize() != CX_OK || der.length > INT_MAX) {
        return CX_FAILED;
    }
    fault->text[0] = 0;
    const unsigned char *position = der.bytes;
    X509 *certificate = d2i_X509(NULL, &position, (long)der.length);
    cx_status status = CX_MALFORMED;
    unsigned int length = 0;
    if (certificate != NULL && position == der.bytes + der.length
        && seconds(X509_get0_notBefore(certificate), &facts->not_before)
        && seconds(X509_get0_notAfter(certificate), &facts->not_after)
        && EVP_Digest(der.bytes, der.length, facts->thumbprint, &length, cx_message_digest(CX_SHA256), NULL) == 1) {
        status = adopt(X509_get_pubkey(certificate), key, facts, fault);
    }
    X509_free(certificate);
    ERR_clear_error();
    return status;
}

cx_status cx_key_from_public(cx_slice der, cx_key **key, cx_key_facts *facts, cx_fault *fault) {
    *key = NULL;
    memset(facts, 0, sizeof *facts);
    if (cx_initialize() != CX_OK || der.length > INT_MAX) {
        return CX_FAILED;
    }
    fault->text[0] = 0;
    const unsigned char *position = der.bytes;
    unsigned int length = 0;
    EVP_PKEY *pkey = d2i_PUBKEY(NULL, &position, (long)der.length);
    cx_status status = CX_MALFORMED;
    if (pkey != NULL && position == der.bytes + der.length
        && EVP_Digest(der.bytes, der.length, facts->thumbprint, &length, cx_message_digest(CX_SHA256), NULL) == 1) {
        status = adopt(pkey, key, facts, fault);
    } else {
        EVP_PKEY_free(pkey);
    }
    ERR_clear_error();
    return status;
}

static int no_passphrase(char *buffer, int size, int is_writing, void *context) {
    (void)buffer;
    (void)size;
    (void)is_writing;
    (void)context;
    return -1;
}

cx_status cx_key_from_private(cx_slice pem, cx_key **key, cx_key_facts *facts, cx_fault *fault) {
    *key = NULL;
    memset(facts, 0, sizeof *facts);
    if (cx_initialize() != CX_OK || pem.length > INT_MAX) {
        return CX_FAILED;
    }
    fault->text[0] = 0;
    cx_status status = CX_MALFORMED;
    BIO *bio = BIO_new_mem_buf(pem.bytes, (int)pem.length);
    if (bio != NULL) {
        status = adopt(PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL), key, facts, fault);
    }
    BIO_free(bio);
    unsigned char *public = NULL;
    int length = status == CX_OK ? i2d_PUBKEY((*key)->pkey, &public) : 0;
    if (length > 0) {
        EVP_Digest(public, (size_t)length, facts->thumbprint, NULL, cx_message_digest(CX_SHA256), NULL);
    }
    OPENSSL_free(public);
    ERR_clear_error();
    return status;
}

/* Whether a number of a key is the one that some bytes write. */
static int has_number(const EVP_PKEY *pkey, const char *name, const uint8_t *bytes, size_t length) {
    BIGNUM *own = NULL;
    BIGNUM *other = BN_bin2bn(bytes, (int)length, NULL);
    int is_same = other != NULL && EVP_PKEY_get_bn_param(pkey, name, &own) == 1 && BN_cmp(own, other) == 0;
    BN_free(own);
    BN_free(other);
    ERR_clear_error();
    return is_same;
}

int cx_key_is_rsa(const cx_key *key, cx_slice modulus, cx_slice exponent) {
    /* Longer numbers than a key may have are none. */
    if (key->kind != CX_KEY_RSA || modulus.length == 0 || modulus.length > 2049 || exponent.length == 0
        || exponent.length > 2049) {
        return 0;
    }
    return has_number(key->pkey, OSSL_PKEY_PARAM_RSA_N, modulus.bytes, modulus.length)
        && has_number(key->pkey, OSSL_PKEY_PARAM_RSA_E, exponent.bytes, exponent.length);
}

int cx_key_is_point(const cx_key *key, cx_slice point) {
    size_t length = key->field_bytes;
    if (key->kind != CX_KEY_EC || point.length != 1 + 2 * length || point.bytes[0] != 4) {
        return 0;
    }
    return has_number(key->pkey, OSSL_PKEY_PARAM_EC_PUB_X, point.bytes + 1, length)
        && has_number(key->pkey, OSSL_PKEY_PARAM_EC_PUB_Y, point.bytes + 1 + length, length);
}

void cx_key_free(cx_key *key) {
    if (key == NULL) {
        return;
    }
    EVP_PKEY_free(key->pkey);
    free(key);
}

/* MARK: Digests and signatures */

cx_status cx_digest(cx_hash hash, cx_slice input, uint8_t digest[64], size_t *length) {
    *length = 0;
    if (cx_initialize() != CX_OK || cx_message_digest(hash) == NULL) {
        return CX_UNSUPPORTED;
    }
    unsigned int count = 0;
    if (EVP_Digest(input.bytes, input.length, digest, &count, cx_message_digest(hash), NULL) != 1) {
        ERR_clear_error();
        return CX_FAILED;
    }
    *length = count;
    return CX_OK;
}

/* The DER form of the two numbers of an ECDSA signature. */
static int der_of(cx_slice signature, size_t field_bytes, unsigned char **der) {
    if (signature.length != 2 * field_bytes) {
        return 0;
    }
    ECDSA_SIG *numbers = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature.bytes, (int)field_bytes, NULL);
    BIGNUM *s = BN_bin2bn(signature.bytes + field_bytes, (int)field_bytes, NULL);
    int length = 0;
    if (numbers == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(numbers, r, s) != 1) {
        BN_free(r);
        BN_free(s);
    } else {
        length = i2d_ECDSA_SIG(numbers, der);
    }
    ECDSA_SIG_free(numbers);
    return length > 0 ? length : 0;
}

cx_status cx_verify(
    const cx_key *key, cx_scheme scheme, cx_hash hash, cx_slice message, cx_slice signature, cx_fault *fault) {
    fault->text[0] = 0;
    const EVP_MD *md = cx_message_digest(hash);
    cx_key_kind wanted = scheme == CX_ECDSA ? CX_KEY_EC : CX_KEY_RSA;
    if (md == NULL || key->kind != wanted) {
        return CX_UNSUPPORTED;
    }
    unsigned char *der = NULL;
    const unsigned char *bytes = signature.bytes;
    size_t length = signature.length;
    if (scheme == CX_ECDSA) {
        length = (size_t)der_of(signature, key->field_bytes, &der);
        bytes = der;
        if (length == 0) {
            ERR_clear_error();
            return CX_INVALID;
        }
    }
    cx_status status = CX_FAILED;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *parameters = NULL;
    if (context != NULL && EVP_DigestVerifyInit(context, &parameters, md, NULL, key->pkey) == 1) {
        int is_ready = 1;
        if (scheme != CX_ECDSA) {
            int padding = scheme == CX_RSA_PSS ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING;
            is_ready = EVP_PKEY_CTX_set_rsa_padding(parameters, padding) == 1;
        }
        if (scheme == CX_RSA_PSS) {
            is_ready = is_ready && EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, md) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1;
        }
        if (is_ready) {
            status = EVP_DigestVerify(context, bytes, length, message.bytes, message.length) == 1 ? CX_OK : CX_INVALID;
        }
    }
    EVP_MD_CTX_free(context);
    OPENSSL_free(der);
    ERR_clear_error();
    return status;
}
