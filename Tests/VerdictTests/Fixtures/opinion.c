/* Takes the place of a function of libxmlsec1 in a process that is started with this library in LD_PRELOAD. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>

#ifdef REFUSES
/* Nothing is a good signature. */
int xmlSecDSigCtxVerify(void *context, void *node) {
    (void)context;
    (void)node;
    return -1;
}
#endif

#ifdef DIGESTS_OTHER_OCTETS
/* The octets that the digest was taken of are said to be others. */
void *xmlSecDSigReferenceCtxGetPreDigestBuffer(void *reference) {
    void *(*original)(void *) = dlsym(RTLD_NEXT, "xmlSecDSigReferenceCtxGetPreDigestBuffer");
    unsigned char **buffer = original(reference);
    if (buffer != NULL && *buffer != NULL) {
        **buffer ^= 1;
    }
    return buffer;
}
#endif
