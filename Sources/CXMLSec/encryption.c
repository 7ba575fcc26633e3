#include "internal.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

/* The largest RSA modulus that is read, in bytes. */
#define MODULUS 2048

static int unwrap(
    EVP_PKEY_CTX *context, cx_transport transport, cx_hash hash, cx_hash mask_hash, cx_slice label, cx_slice wrapped,
    uint8_t *output, size_t *length) {
    if (EVP_PKEY_decrypt_init(context) != 1) {
        return 0;
    }
    if (transport == CX_RSA_1_5) {
        if (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) != 1) {
            return 0;
        }
    } else {
        if (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) != 1
            || EVP_PKEY_CTX_set_rsa_oaep_md(context, cx_message_digest(hash)) != 1
            || EVP_PKEY_CTX_set_rsa_mgf1_md(context, cx_message_digest(mask_hash)) != 1) {
            return 0;
        }
        if (label.length > 0) {
            void *copy = OPENSSL_memdup(label.bytes, label.length);
            if (copy == NULL || EVP_PKEY_CTX_set0_rsa_oaep_label(context, copy, (int)label.length) != 1) {
                OPENSSL_free(copy);
                return 0;
            }
        }
    }
    return EVP_PKEY_decrypt(context, output, length, wrapped.bytes, wrapped.length) == 1;
}

cx_status cx_unwrap(
    const cx_key *key, cx_transport transport, cx_hash hash, cx_hash mask_hash, cx_slice label, cx_slice wrapped,
    size_t key_length, uint8_t *content_key, cx_fault *fault) {
    fault->text[0] = 0;
    /* A wrong key must cost what a right one costs, so that random bytes take the place of what cannot be unwrapped. */
    if (RAND_bytes(content_key, (int)key_length) != 1) {
        return CX_FAILED;
    }
    if (key->kind != CX_KEY_RSA || cx_message_digest(hash) == NULL || cx_message_digest(mask_hash) == NULL
        || label.length > INT_MAX || EVP_PKEY_get_size(key->pkey) > MODULUS) {
        return CX_UNSUPPORTED;
    }
    uint8_t output[MODULUS];
    size_t length = sizeof output;
    cx_status status = CX_INVALID;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
    if (context != NULL && unwrap(context, transport, hash, mask_hash, label, wrapped, output, &length)
        && length == key_length) {
        memcpy(content_key, output, key_length);
        status = CX_OK;
    }
    EVP_PKEY_CTX_free(context);
    OPENSSL_cleanse(output, sizeof output);
    ERR_clear_error();
    return status;
}

static const char *cipher_name(cx_cipher cipher, size_t key_length) {
    switch (key_length) {
    case 16: return cipher == CX_AES_GCM ? "AES-128-GCM" : "AES-128-CBC";
    case 24: return cipher == CX_AES_GCM ? "AES-192-GCM" : "AES-192-CBC";
    case 32: return cipher == CX_AES_GCM ? "AES-256-GCM" : "AES-256-CBC";
    default: return NULL;
    }
}

cx_status cx_decrypt(cx_cipher cipher, cx_slice content_key, cx_slice input, cx_buffer *output, cx_fault *fault) {
    output->bytes = NULL;
    output->length = 0;
    fault->text[0] = 0;
    const size_t vector = cipher == CX_AES_GCM ? 12 : 16;
    const size_t tag = cipher == CX_AES_GCM ? 16 : 0;
    const char *name = cipher_name(cipher, content_key.length);
    if (name == NULL || input.length > INT_MAX || input.length <= vector + tag
        || (cipher == CX_AES_CBC && input.length % 16 != 0)) {
        return CX_INVALID;
    }
    const size_t length = input.length - vector - tag;
    cx_status status = CX_INVALID;
    EVP_CIPHER *algorithm = EVP_CIPHER_fetch(NULL, name, NULL);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t *plain = malloc(length + 16);
    int count = 0;
    int rest = 0;
    if (algorithm == NULL || context == NULL || plain == NULL
        || EVP_DecryptInit_ex2(context, algorithm, content_key.bytes, input.bytes, NULL) != 1) {
        status = CX_FAILED;
        goto done;
    }
    if (cipher == CX_AES_CBC) {
        EVP_CIPHER_CTX_set_padding(context, 0);
    } else if (
        EVP_CIPHER_CTX_ctrl(
            context, EVP_CTRL_AEAD_SET_TAG, (int)tag, (void *)(uintptr_t)(input.bytes + vector + length)) != 1) {
        goto done;
    }
    if (EVP_DecryptUpdate(context, plain, &count, input.bytes + vector, (int)length) != 1
        || EVP_DecryptFinal_ex(context, plain + count, &rest) != 1) {
        goto done;
    }
    size_t total = (size_t)count + (size_t)rest;
    if (cipher == CX_AES_CBC) {
        /* Only the last byte of the padding has a meaning (XML Encryption 1.1 section 5.2). */
        size_t padding = total > 0 ? plain[total - 1] : 0;
        if (padding == 0 || padding > 16 || padding > total) {
            goto done;
        }
        total -= padding;
    }
    output->bytes = plain;
    output->length = total;
    plain = NULL;
    status = CX_OK;
done:
    if (plain != NULL) {
        OPENSSL_cleanse(plain, length + 16);
        free(plain);
    }
    EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_free(algorithm);
    ERR_clear_error();
    return status;
}
