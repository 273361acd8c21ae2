#ifndef THIRD_PARTY_PINNED_AMD_H_
#define THIRD_PARTY_PINNED_AMD_H_

// AMD's root keys of SEV-SNP (ARK), one for each line of processors: SHA-256 of
// the SubjectPublicKeyInfo in DER. They are those of the certificates that the
// key distribution service gives with the path vcek/v1/{Milan,Genoa,Turin}/
// cert_chain (AMD 57230, chapter 4), which virtee/sev and google/go-sev-guest
// bear too; `openssl pkey -pubin -outform DER | sha256sum` shows them again.

#include "absl/strings/string_view.h"

namespace evidenced {

// CN=ARK-Milan, RSA 4096, from 2020-10-22 to 2045-10-22.
inline constexpr absl::string_view kArkMilanSha256 =
    "9f056bee44377e29308cb5ffa895bdfb62d18881fa6bed8d6f075b0204089cb9";
// CN=ARK-Genoa, RSA 4096, from 2022-01-26 to 2047-01-26.
inline constexpr absl::string_view kArkGenoaSha256 =
    "429a69c9422aa258ee4d8db5fcda9c6470ef15f8cd5a9cebd6cbc7d90b863831";
// CN=ARK-Turin, RSA 4096, from 2023-05-15 to 2048-05-15.
inline constexpr absl::string_view kArkTurinSha256 =
    "4f125410563a2ab9a50356f9243f6fe0b6f73de98603f53f90339c70e9d7ad08";

}  // namespace evidenced

#endif  // THIRD_PARTY_PINNED_AMD_H_
