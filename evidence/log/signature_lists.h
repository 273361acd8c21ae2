#ifndef EVIDENCE_LOG_SIGNATURE_LISTS_H_
#define EVIDENCE_LOG_SIGNATURE_LISTS_H_

#include <cstddef>
#include <string>

#include "quote/base/bytes.h"

namespace evidenced {

// The entries of a Secure Boot database (PK, KEK, db, dbx) by their type:
// EFI_SIGNATURE_LIST, UEFI 2.10, section 32.4.1.
struct SignatureCounts {
  size_t x509 = 0;
  size_t sha256 = 0;
  size_t sha1 = 0;
  size_t sha384 = 0;
  size_t sha512 = 0;
  size_t rsa2048 = 0;
  size_t x509_hash = 0;  // of a certificate that is revoked
  size_t other = 0;
  // What follows the entries that are counted is no list: its sizes contradict
  // each other or the bytes.
  bool malformed = false;
};

SignatureCounts CountSignatures(ByteView lists);

// "3 X.509, 77 SHA-256"; "empty"; "malformed lists".
std::string DescribeSignatureCounts(const SignatureCounts& counts);
std::string DescribeSignatureLists(ByteView lists);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_SIGNATURE_LISTS_H_
