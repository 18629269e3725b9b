#ifndef PUSHLAB_CCRYPTO_SHIM_H
#define PUSHLAB_CCRYPTO_SHIM_H

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// EVP_EC_gen is a macro over a variadic function, which Swift cannot call.
static inline EVP_PKEY *pushlab_generate_p256(void) {
    return EVP_EC_gen("P-256");
}

#endif
